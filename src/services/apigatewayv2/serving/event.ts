import type { HttpRequest } from '../../../contracts/call.ts'
import type { ApiGateway, ApiRow, StageRow } from '../state.ts'
import type { Match } from './match.ts'

export interface Incoming { gateway: ApiGateway, request: HttpRequest, api: ApiRow, stage: StageRow, match: Match, path: string, body: Buffer }

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (value: number) => String(value).padStart(2, '0')

/** `12/Mar/2020:19:03:58 +0000` */
export function requestTime(ms: number): string {
  const at = new Date(ms)
  return `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`
}

const textual = /^(?:text\/|application\/(?:[\w.+-]*json|[\w.+-]*xml|javascript|x-www-form-urlencoded))/i
const isText = (request: HttpRequest) => {
  const type = one(request.headers['content-type'])
  return type === undefined ? true : textual.test(type)
}
const one = (value: string | string[] | undefined): string | undefined => Array.isArray(value) ? value.join(',') : value

function queryOf(query: string): [string, string][] {
  return [...new URLSearchParams(query)]
}

/** Values of one name joined by commas. */
function joined(pairs: [string, string][]): Record<string, string> | undefined {
  const result: Record<string, string> = {}
  for (const [name, value] of pairs) result[name] = name in result ? `${result[name]},${value}` : value
  return pairs.length > 0 ? result : undefined
}

const bodyOf = ({ request, body }: Incoming) => body.length === 0 ? {} : isText(request) ? { body: body.toString() } : { body: body.toString('base64') }
const isEncoded = ({ request, body }: Incoming) => body.length > 0 && !isText(request)

/** The event of payload format 2.0. */
export function event2(incoming: Incoming): object {
  const { gateway, request, api, stage, match, path } = incoming
  const { cookie, ...rest } = request.headers
  const headers = Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'connection').map(([name, value]) => [name, one(value)!]))
  const query = joined(queryOf(request.query))
  const now = gateway.now()
  const variables = Object.keys(stage.variables).length > 0 && { stageVariables: stage.variables }
  return {
    version: '2.0', routeKey: match.route.key, rawPath: stage.name === '$default' ? path : `/${stage.name}${path}`, rawQueryString: request.query,
    ...cookie !== undefined && { cookies: one(cookie)!.split(/;\s*/) }, headers, ...query && { queryStringParameters: query },
    requestContext: {
      accountId: api.account, apiId: api.id, ...iamIdentity(request), domainName: request.host, domainPrefix: request.host.split('.')[0],
      http: { method: request.method, path: stage.name === '$default' ? path : `/${stage.name}${path}`, protocol: 'HTTP/1.1', sourceIp: request.sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId: request.requestId, routeKey: match.route.key, stage: stage.name, time: requestTime(now), timeEpoch: now,
    },
    ...Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }, ...variables, ...bodyOf(incoming), isBase64Encoded: isEncoded(incoming),
  }
}

const iamIdentity = ({ principal }: HttpRequest) => principal
  ? { authorizer: { iam: { accessKey: principal.accessKeyId ?? '', accountId: principal.account, callerId: principal.userId, userArn: principal.arn, userId: principal.userId } } }
  : {}

/** The event of payload format 1.0, as REST APIs send it. */
export function event1(incoming: Incoming): object {
  const { gateway, request, api, stage, match, path } = incoming
  const entries = Object.entries(request.headers).filter(([name]) => name !== 'connection')
  const pairs = queryOf(request.query)
  const multi: Record<string, string[]> = {}
  for (const [name, value] of pairs) (multi[name] ??= []).push(value)
  const now = gateway.now()
  const [, resource = '$default'] = match.route.key.split(' ')
  return {
    version: '1.0', resource, path, httpMethod: request.method,
    headers: Object.fromEntries(entries.map(([name, value]) => [name, Array.isArray(value) ? value.at(-1)! : value])),
    multiValueHeaders: Object.fromEntries(entries.map(([name, value]) => [name, [value].flat()])),
    queryStringParameters: pairs.length > 0 ? Object.fromEntries(pairs) : null, multiValueQueryStringParameters: pairs.length > 0 ? multi : null,
    requestContext: {
      accountId: api.account, apiId: api.id, domainName: request.host, domainPrefix: request.host.split('.')[0], extendedRequestId: request.requestId, httpMethod: request.method,
      identity: { sourceIp: request.sourceIp, userAgent: one(request.headers['user-agent']) ?? '', accountId: request.principal?.account ?? null, userArn: request.principal?.arn ?? null },
      path, protocol: 'HTTP/1.1', requestId: request.requestId, requestTime: requestTime(now), requestTimeEpoch: now, resourceId: match.route.key, resourcePath: resource, stage: stage.name,
    },
    pathParameters: Object.keys(match.pathParameters).length > 0 ? match.pathParameters : null, stageVariables: Object.keys(stage.variables).length > 0 ? stage.variables : null,
    body: incoming.body.length === 0 ? null : (bodyOf(incoming) as { body: string }).body, isBase64Encoded: isEncoded(incoming),
  }
}
