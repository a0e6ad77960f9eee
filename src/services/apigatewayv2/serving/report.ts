import type { HttpResponse } from '../../../contracts/call.ts'
import { writeAccessLog } from './access-log.ts'
import { invokeArn, type Exchange } from './exchange.ts'
import { bytesOf } from './mapping.ts'

const meteredBytes = 512 * 1024
/** Requests that an authorizer or a limit turns away cost nothing. */
const free = new Set(['UNAUTHORIZED', 'ACCESS_DENIED', 'THROTTLED'])

/** Tells the sinks of a call that was answered: access log, metrics, usage (a call for each 512 KB) and the trace's segment. */
export function report(exchange: Exchange, response: HttpResponse, segment: { segmentId: string, parentId?: string }): void {
  const { gateway, body, receivedAt } = exchange
  const lengthBytes = bytesOf(response).length
  const latencyMs = gateway.now() - receivedAt
  const answered = { status: response.status, lengthBytes, latencyMs, dataProcessedBytes: body.length + lengthBytes }
  writeAccessLog(exchange, answered)
  meter(exchange, response.status, latencyMs, answered.dataProcessedBytes)
  const { api, stage, match } = exchange
  if (!free.has(exchange.gatewayError?.responseType ?? '')) gateway.sinks.usage({
    account: api.account, region: api.region, service: 'AmazonApiGateway', usageType: 'ApiGatewayHttpRequest', operation: 'ApiGatewayHttpApi', resource: api.id,
    quantity: Math.max(1, Math.ceil(Math.max(body.length, lengthBytes) / meteredBytes)), unit: 'Requests', at: receivedAt,
  })
  gateway.sinks.trace({
    traceId: gateway.trace.traceId, id: segment.segmentId, ...segment.parentId !== undefined && { parentId: segment.parentId },
    name: `${api.name}/${stage.name}`, account: api.account, region: api.region, start: receivedAt, end: receivedAt + latencyMs,
    origin: 'AWS::ApiGatewayV2::Api', service: 'apigatewayv2',
    ...match && { operation: match.route.key }, resource: invokeArn(exchange), requestId: exchange.requestId,
    ...response.status >= 400 && {
      error: { code: String(response.status), message: exchange.gatewayError?.message ?? `HTTP status ${response.status}`, status: response.status },
    },
  })
}

function meter(exchange: Exchange, status: number, latencyMs: number, dataProcessedBytes: number): void {
  const { gateway, api, stage, match, receivedAt, integration } = exchange
  const values: [string, number, string][] = [
    ['Count', 1, 'Count'], ['4xx', status >= 400 && status < 500 ? 1 : 0, 'Count'], ['5xx', status >= 500 ? 1 : 0, 'Count'],
    ['Latency', latencyMs, 'Milliseconds'],
    ['DataProcessed', dataProcessedBytes, 'Bytes'],
    ...integration.latencyMs === undefined ? [] : [['IntegrationLatency', integration.latencyMs, 'Milliseconds'] as [string, number, string]],
  ]
  const dimensions: Record<string, string>[] = [{ ApiId: api.id }, { ApiId: api.id, Stage: stage.name }]
  if (match && (stage.routeSettings?.[match.route.key]?.detailedMetricsEnabled ?? stage.defaultRouteSettings?.detailedMetricsEnabled)) {
    const [method, resource = method] = match.route.key.split(' ')
    dimensions.push({ ApiId: api.id, Stage: stage.name, Method: method!, Resource: resource! })
  }
  for (const each of dimensions) {
    for (const [name, value, unit] of values) gateway.sinks.metric({
      account: api.account, region: api.region, namespace: 'AWS/ApiGateway', name, dimensions: each, value, unit, at: receivedAt,
    })
  }
}

