import { request as send } from 'undici'
import type { HttpRequest, HttpResponse } from '../../../contracts/call.ts'
import { headerOf } from '../../../platform/http-payload.ts'
import type { IntegrationRow } from '../state.ts'
import { refusal } from './answer.ts'
import type { Routed } from './exchange.ts'
import { mappedRequest } from './mapping.ts'

const hopByHop = new Set(['connection', 'host', 'content-length', 'transfer-encoding', 'keep-alive', 'upgrade', 'expect', 'te', 'trailer', 'proxy-connection'])
export const payloadBytesMax = 10 * 1024 * 1024

/** HTTP proxy: sends the request on, and hands back the whole answer. 503 where nobody answers, 504 where not in time. */
export async function forward(exchange: Routed, integration: IntegrationRow): Promise<HttpResponse> {
  const { gateway } = exchange
  const { request, path } = integration.requestParameters ? mappedRequest(exchange, integration.requestParameters) : { request: exchange.request }
  const timedOut = new AbortController()
  const cancelTimer = gateway.clock.at(gateway.now() + integration.timeoutMs, () => timedOut.abort())
  try {
    const response = await send(addressOf(exchange, integration.uri!, request, path), {
      method: (integration.method === 'ANY' ? request.method : integration.method) as 'GET', signal: AbortSignal.any([request.signal, timedOut.signal]),
      headers: headersTo(exchange, request), body: exchange.body.length > 0 ? exchange.body : null,
    })
    const pieces: Buffer[] = []
    let size = 0
    for await (const piece of response.body) {
      pieces.push(piece)
      if ((size += piece.length) > payloadBytesMax) throw new Error('The answer of the endpoint is larger than 10 MB')
    }
    exchange.integration.status = response.statusCode
    const requestId = response.headers['x-amzn-requestid'] ?? response.headers['x-amz-request-id']
    if (requestId !== undefined) exchange.integration.requestId = String(requestId)
    const headers: Record<string, string | string[]> = {}
    for (const [name, value] of Object.entries(response.headers)) if (value !== undefined && !hopByHop.has(name)) headers[name] = value
    return { status: response.statusCode, headers, body: Buffer.concat(pieces) }
  } catch (error) {
    const isTimeout = timedOut.signal.aborted
    exchange.integration.error = isTimeout ? 'Execution failed due to a timeout error' : (error as Error).message
    return refusal(exchange, isTimeout ? 'timeout' : 'unavailable')
  } finally {
    cancelTimer()
  }
}

/** The integration's address with path and stage variables filled in, and the request's query. */
function addressOf({ match, stage }: Routed, uri: string, request: HttpRequest, path: string | undefined): string {
  const filled = uri.replace(/\$\{stageVariables\.(\w+)\}/g, (_, name: string) => stage.variables[name] ?? '')
    .replace(/\{([^}]+?)\+?\}/g, (_, name: string) => match.pathParameters[name]?.split('/').map(encodeURIComponent).join('/') ?? '')
  const url = new URL(filled)
  if (path !== undefined) url.pathname = path
  if (request.query !== '') url.search = url.search === '' ? request.query : `${url.search}&${request.query}`
  return url.href
}

function headersTo({ gateway, domainName }: Routed, request: HttpRequest): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(request.headers)) if (!hopByHop.has(name)) headers[name] = value
  const via = headerOf(request, 'via')
  const before = headerOf(request, 'forwarded')
  const element = `for=${request.sourceIp.includes(':') ? `"[${request.sourceIp}]"` : request.sourceIp};host=${domainName};proto=http`
  return {
    ...headers, forwarded: before === undefined ? element : `${before}, ${element}`,
    via: via === undefined ? 'HTTP/1.1 AmazonAPIGateway' : `${via}, HTTP/1.1 AmazonAPIGateway`,
    'x-amzn-trace-id': `Root=${gateway.trace.traceId}`,
  }
}
