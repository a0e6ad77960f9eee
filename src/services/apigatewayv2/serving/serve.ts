import type { HttpRequest, HttpResponse } from '../../../contracts/call.ts'
import { newCode, newSegmentId } from '../../../platform/ids.ts'
import type { ApiGateway, IntegrationRow } from '../state.ts'
import { message, refusal } from './answer.ts'
import { authorize } from './authorize.ts'
import { isPreflight, preflight, withCors } from './cors.ts'
import type { Exchange, Routed } from './exchange.ts'
import { invoke } from './invoke.ts'
import { locate, type Place } from './locate.ts'
import { mappedResponse } from './mapping.ts'
import { matchRoute } from './match.ts'
import { deployed, type Deployed } from './memory.ts'
import { report } from './report.ts'
import { passes } from './throttle.ts'

const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Answers a call of an HTTP API. What nobody foresaw is 500 for the caller, and in Fogbank's own log. */
export async function serve(scope: ApiGateway, request: HttpRequest): Promise<HttpResponse> {
  const requestId = `${newCode(15, base64url)}=`
  try {
    return await serveCall(scope, request, requestId)
  } catch (error) {
    scope.log.error('a call of an HTTP API failed', { host: request.host, path: request.path, error: error instanceof Error ? error.stack : String(error) })
    return signed(message(500, 'Internal Server Error'), requestId)
  }
}

async function serveCall(scope: ApiGateway, request: HttpRequest, requestId: string): Promise<HttpResponse> {
  // One transaction, so that the deployment which a stage names is there even while another takes its place.
  const found = await scope.transact(inside => whereTo(inside as ApiGateway, request))
  if (found === 'forbidden') return signed(message(403, 'Forbidden'), requestId)
  if (!found) return signed(message(404, 'Not Found'), requestId)
  const { place, deployment } = found
  const segmentId = newSegmentId()
  const { account, region } = place.api
  const gateway = scope.in({ account, region, trace: { ...scope.trace, parentId: segmentId } }) as ApiGateway
  const exchange: Exchange = {
    ...place, gateway, request, requestId, receivedAt: scope.now(), deployed: deployment,
    body: request.bytes ?? await wholeOf(request), integration: {},
  }
  const answer = withCors(deployment.cors, request, await answerTo(exchange))
  report(exchange, answer, { segmentId, ...scope.trace.parentId !== undefined && { parentId: scope.trace.parentId } })
  return signed(answer, requestId)
}

/** The stage that a request is for, and what it serves; undefined for one that nothing was deployed to as well. */
async function whereTo(scope: ApiGateway, request: HttpRequest): Promise<{ place: Place, deployment: Deployed } | 'forbidden' | undefined> {
  const place = await locate(scope, request)
  if (!place || place === 'forbidden') return place
  const deployment = place.stage.deploymentId === undefined ? undefined : await deployed(scope, place.api.id, place.stage.deploymentId)
  return deployment && { place, deployment }
}

async function wholeOf(request: HttpRequest): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of request.body) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

const signed = (response: HttpResponse, requestId: string): HttpResponse => ({ ...response, headers: { ...response.headers, 'apigw-requestid': requestId } })

async function answerTo(exchange: Exchange): Promise<HttpResponse> {
  const { gateway, request, api, stage, deployed: { routes, integrations, cors }, path } = exchange
  const match = matchRoute(routes, request.method, path)
  // A route for OPTIONS, one of ANY or $default too, gets preflights; the API answers them itself only where there is none.
  if (!match) return cors && isPreflight(request) ? preflight(cors, request) : refusal(exchange, 'notFound')
  exchange.match = match
  const routed = exchange as Routed
  if (!passes(gateway, api, stage, match.route.key)) return refusal(exchange, 'tooManyRequests')
  if (request.bodyTooLarge) return refusal(exchange, 'tooLarge')
  const askedAt = gateway.now()
  const refused = await authorize(routed)
  if (match.route.authorizationType !== 'NONE') exchange.authorizer = { latencyMs: gateway.now() - askedAt, status: refused?.status ?? 200 }
  if (refused) return refused
  const id = /^integrations\/(.+)$/.exec(match.route.target ?? '')?.[1]
  const integration = id === undefined ? undefined : integrations.get(id)
  if (!integration) {
    exchange.integration.error = 'The route has no integration'
    return refusal(exchange, 'internal')
  }
  const startedAt = gateway.now()
  const response = await callIntegration(routed, integration)
  exchange.integration.latencyMs = gateway.now() - startedAt
  return integration.responseParameters ? mappedResponse(exchange, response, integration.responseParameters) : response
}

/** What only some integrations need, an HTTP client among it, is loaded with the first of them. */
async function callIntegration(exchange: Routed, integration: IntegrationRow): Promise<HttpResponse> {
  if (integration.subtype !== undefined) return (await import('./action.ts')).callAction(exchange, integration)
  return integration.type === 'AWS_PROXY' ? invoke(exchange, integration) : (await import('./forward.ts')).forward(exchange, integration)
}
