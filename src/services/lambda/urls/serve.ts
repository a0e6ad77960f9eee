import type { HttpRequest, HttpResponse } from '../../../contracts/call.ts'
import type { Principal } from '../../../contracts/principal.ts'
import { AwsError } from '../../../platform/errors.ts'
import { answerWithStatus, askedOf, bodyOf, contextHttp, hasStatus, parseAnswer, requestTime } from '../../../platform/http-payload.ts'
import { urlHost, urlPath } from '../claims.ts'
import { execute } from '../durable/execute.ts'
import { runStreamed } from '../invoke/stream.ts'
import { measure as measureFunction } from '../metrics.ts'
import { functionArn } from '../names.ts'
import type { Lambda, Loaded, UrlConfig, UrlIdRow } from '../state.ts'
import { RequestTooLargeException, syncPayloadBytesMax } from '../state.ts'
import { mayCall } from './authorize.ts'
import { isPreflight, preflight, withCors } from './cors.ts'
import { httpOf } from './streamed.ts'
import { urlDomain } from './url.ts'

/** A request to a function URL under way. `path`: as it was sent, still percent-encoded. */
interface Asked { lambda: Lambda, request: HttpRequest, target: UrlIdRow, url: UrlConfig, loaded: Loaded, path: string }

const error = (status: number, type: string, body: object): HttpResponse =>
  ({ status, headers: { 'content-type': 'application/json', 'x-amzn-errortype': type }, body: JSON.stringify(body) })

const forbidden = 'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html'
const badGateway = (): HttpResponse => ({ status: 502, headers: { 'content-type': 'application/json' }, body: 'Internal Server Error' })

/** Answers a request to a function URL. */
export async function serveUrl(scope: Lambda, request: HttpRequest): Promise<HttpResponse> {
  const byPath = urlPath.exec(request.path)
  const asked = await find(scope, request, byPath?.[1] ?? urlHost.exec(request.host)![1]!, byPath ? byPath[2] ?? '/' : request.path)
  if (!asked) return error(404, 'ResourceNotFoundException', { Message: null })
  const { lambda, url } = asked
  const begun = lambda.now()
  const trace = { 'x-amzn-trace-id': `Root=${lambda.trace.traceId};Sampled=${lambda.trace.sampled ? 1 : 0}` }
  const answer = url.cors && isPreflight(request) ? preflight(url.cors, request) : withCors(url.cors, request, await answerTo(asked))
  measure(asked, answer.status, begun)
  return { ...answer, headers: { ...trace, ...answer.headers } }
}

/** What an id leads to; undefined where it leads nowhere (any more). */
async function find(scope: Lambda, request: HttpRequest, id: string, path: string): Promise<Asked | undefined> {
  const target = await scope.tables.urlIds.get(id)
  if (!target) return undefined
  const lambda = scope.in({ account: target.account, region: target.region })
  const loaded = await lambda.state.cache.get(lambda, target.name, target.qualifier).catch(() => undefined)
  const url = loaded?.fn.urls[target.qualifier]
  return loaded && url && { lambda, request, target, url, loaded, path }
}

async function answerTo(asked: Asked): Promise<HttpResponse> {
  const { lambda, request, target: { name, qualifier }, url, loaded } = asked
  if (url.authType === 'AWS_IAM' && request.signatureError !== undefined) return error(403, 'InvalidSignatureException', { message: request.signatureError })
  if (!await mayCall({ lambda, fn: loaded.fn, name, qualifier, url }, request)) return error(403, 'AccessDeniedException', { Message: forbidden })
  try {
    const payload = eventOf(asked)
    if (request.bodyTooLarge || payload.byteLength > syncPayloadBytesMax) throw tooLarge(payload.byteLength)
    return await invoke(asked, payload)
  } catch (failure) {
    if (!(failure instanceof AwsError)) throw failure
    if (failure.status >= 500) return badGateway()
    return error(failure.status, failure.code, { ...failure.fields, message: failure.message })
  }
}

const tooLarge = (bytes: number) => new RequestTooLargeException(
  `${bytes} byte payload is too large for the RequestResponse invocation type (limit ${syncPayloadBytesMax} bytes)`)

/** Calls the function: answers when it is done, or with its first bytes, as the URL is set. */
async function invoke({ lambda, request, target, url, loaded }: Asked, payload: Buffer): Promise<HttpResponse> {
  const { name, qualifier } = target
  await lambda.state.limits.rate(lambda, functionArn(lambda, name), loaded.fn.reservedConcurrency)
  const work = { name, qualifier: qualifier === '$LATEST' ? undefined : qualifier, payload, requestId: request.requestId }
  if (url.invokeMode === 'BUFFERED') {
    const ran = await execute(lambda, loaded, work)
    return ran.functionError === undefined ? answerOf(ran.payload) ?? badGateway() : badGateway()
  }
  const { opened, ran } = runStreamed(lambda, loaded, work, request.signal)
  const stream = await opened
  if (stream) return await httpOf(stream) ?? badGateway()
  const { payload: body, functionError } = await ran
  return functionError === undefined ? { status: 200, headers: { 'content-type': 'application/json' }, body } : badGateway()
}

/** What the function answered, as HTTP; undefined where its status is none. What has no status code is the body, as JSON. */
function answerOf(payload: Uint8Array): HttpResponse | undefined {
  const text = Buffer.from(payload).toString()
  const value = parseAnswer(text)
  if (!hasStatus(value)) return { status: 200, headers: { 'content-type': 'application/json' }, body: text }
  return answerWithStatus(value, { textType: 'application/json', objectType: 'application/json', cookies: true })
}

/** The event of payload format 2.0, as function URLs fill it in. */
function eventOf({ lambda, request, target, url, path }: Asked): Buffer {
  const body = request.bytes ?? Buffer.alloc(0)
  const at = lambda.now()
  const event = {
    version: '2.0', ...askedOf({ request, body, traceId: lambda.trace.traceId, port: lambda.config.port }, '$default', path),
    requestContext: {
      accountId: url.authType === 'NONE' ? 'anonymous' : target.account, apiId: target.id,
      ...url.authType === 'AWS_IAM' && { authorizer: signer(request.principal!) },
      domainName: urlDomain(lambda, target.id), domainPrefix: target.id, http: contextHttp(request, path), requestId: request.requestId,
      routeKey: '$default', stage: '$default', time: requestTime(at), timeEpoch: at,
    },
    ...bodyOf(request, body),
  }
  return Buffer.from(JSON.stringify(event))
}

const signer = ({ account, accessKeyId, arn, userId }: Principal) =>
  ({ iam: { accessKey: accessKeyId ?? null, accountId: account, callerId: userId, cognitoIdentity: null, principalOrgId: null, userArn: arn, userId } })

function measure({ lambda, target }: Asked, status: number, begun: number): void {
  const count = (name: string, value: number, unit = 'Count') => measureFunction(lambda, target, name, value, unit)
  count('UrlRequestCount', 1)
  count('Url4xxCount', status >= 400 && status < 500 ? 1 : 0)
  count('Url5xxCount', status >= 500 ? 1 : 0)
  count('UrlRequestLatency', lambda.now() - begun, 'Milliseconds')
}
