import { request as send } from 'undici'
import type { HttpRequest, HttpResponse } from '../../../contracts/call.ts'
import { AwsError } from '../../../platform/errors.ts'
import type { ApiGateway, ApiRow, IntegrationRow, StageRow } from '../state.ts'
import { answerOf, message } from './answer.ts'
import { hostForm, pathForm } from './claims.ts'
import { preflight, withCors } from './cors.ts'
import { event1, event2, type Incoming } from './event.ts'
import { matchRoute } from './match.ts'

/** Answers a call of an HTTP API. */
export async function serve(scope: ApiGateway, request: HttpRequest): Promise<HttpResponse> {
  const byHost = hostForm.exec(request.host)
  const byPath = byHost ? undefined : pathForm.exec(request.path)
  const api = await scope.tables.apis.get((byHost ?? byPath)![1]!)
  if (!api || api.disableExecuteApiEndpoint) return message(404, 'Not Found')
  const gateway = scope.in({ account: api.account, region: api.region }) as ApiGateway
  const staged = await stageOf(gateway, api, byHost ? request.path : byPath![2] ?? '/')
  if (!staged) return message(404, 'Not Found')
  const early = api.cors && preflight(api.cors, request)
  if (early) return early
  return withCors(api.cors, request, await answer(gateway, request, api, staged.stage, staged.path))
}

/** The stage is the first segment of the path where one has that name, and $default otherwise. */
async function stageOf(gateway: ApiGateway, api: ApiRow, path: string): Promise<{ stage: StageRow, path: string } | undefined> {
  const [, first = ''] = path.split('/')
  const named = first === '' ? undefined : await gateway.tables.stages.get(api.id, first)
  if (named) return { stage: named, path: path.slice(first.length + 1) || '/' }
  const stage = await gateway.tables.stages.get(api.id, '$default')
  return stage && { stage, path }
}

async function answer(gateway: ApiGateway, request: HttpRequest, api: ApiRow, stage: StageRow, path: string): Promise<HttpResponse> {
  const match = matchRoute(await gateway.tables.routes.list({ prefix: [api.id] }), request.method, path)
  if (!match) return message(404, 'Not Found')
  if (match.route.authorizationType === 'AWS_IAM' && (request.principal?.type !== 'root' || request.principal.account !== api.account)) return message(403, 'Forbidden')
  const id = /^integrations\/(.+)$/.exec(match.route.target ?? '')?.[1]
  const integration = id === undefined ? undefined : await gateway.tables.integrations.get(api.id, id)
  if (!integration) return message(500, 'Internal Server Error')
  const pieces: Buffer[] = []
  for await (const piece of request.body) pieces.push(Buffer.from(piece))
  const incoming: Incoming = { gateway, request, api, stage, match, path, body: Buffer.concat(pieces) }
  return integration.type === 'AWS_PROXY' ? invoke(incoming, integration) : forward(incoming, integration)
}

/** Calls the function as API Gateway, under the permission that the function's policy gives to this route. */
async function invoke(incoming: Incoming, integration: IntegrationRow): Promise<HttpResponse> {
  const { gateway, api, stage, match } = incoming
  const [method = '', path = ''] = match.route.key === '$default' ? ['*', '/$default'] : match.route.key.split(' ')
  const sourceArn = `arn:${gateway.partition}:execute-api:${api.region}:${api.account}:${api.id}/${stage.name}/${method === 'ANY' ? '*' : method}${path}`
  const event = integration.payloadFormatVersion === '2.0' ? event2(incoming) : event1(incoming)
  const timedOut = Promise.withResolvers<undefined>()
  const cancelTimer = gateway.clock.at(gateway.now() + integration.timeoutMs, () => timedOut.resolve(undefined))
  try {
    const invoked = gateway.as({ service: 'apigateway.amazonaws.com', sourceArn })
      .lambda.Invoke({ FunctionName: functionOf(integration.uri, stage), Payload: Buffer.from(JSON.stringify(event)) })
    const result = await Promise.race([invoked, timedOut.promise])
    if (!result) return message(503, 'Service Unavailable')
    const { Payload, FunctionError } = result
    return FunctionError ? message(500, 'Internal Server Error') : answerOf(Payload ?? new Uint8Array(), integration.payloadFormatVersion)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    gateway.log.warn('an HTTP API could not invoke its function', { api: api.id, route: match.route.key, error: error.message })
    return error.code === 'TooManyRequestsException' ? message(503, 'Service Unavailable') : message(500, 'Internal Server Error')
  } finally {
    cancelTimer()
  }
}

/** The function's ARN in an integration's address, stage variables filled in. */
function functionOf(uri: string, stage: StageRow): string {
  const filled = uri.replace(/\$\{stageVariables\.(\w+)\}/g, (_, name: string) => stage.variables[name] ?? '')
  return /:lambda:path\/[^/]+\/functions\/(.+)\/invocations$/.exec(filled)?.[1] ?? filled
}

const hopByHop = new Set(['connection', 'host', 'content-length', 'transfer-encoding', 'keep-alive', 'upgrade', 'expect'])

async function forward(incoming: Incoming, integration: IntegrationRow): Promise<HttpResponse> {
  const { request, match, body } = incoming
  const url = integration.uri.replace(/\{([^}]+?)\+?\}/g, (_, name: string) => encodeURI(match.pathParameters[name] ?? ''))
  try {
    const response = await send(`${url}${request.query && `?${request.query}`}`, {
      method: (integration.method === 'ANY' ? request.method : integration.method) as 'GET', signal: AbortSignal.any([request.signal, AbortSignal.timeout(integration.timeoutMs)]),
      headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !hopByHop.has(name))), body: body.length > 0 ? body : null,
    })
    const headers = Object.fromEntries(Object.entries(response.headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined && !hopByHop.has(entry[0])))
    return { status: response.statusCode, headers, body: response.body }
  } catch (error) {
    return (error as Error).name === 'TimeoutError' ? message(504, 'Gateway Timeout') : message(503, 'Service Unavailable')
  }
}
