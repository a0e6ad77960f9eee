import type { HttpRequest, HttpResponse } from '../contracts/call.ts'

// Payload format 2.0 of HTTP APIs and function URLs (docs.aws.amazon.com/apigateway, "Create AWS Lambda proxy integrations for HTTP APIs"): a request
// as a function's event, and what the function answers as a response.

/** A header's value; those of one that came more than once, joined. */
export const headerOf = (request: Pick<HttpRequest, 'headers'>, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(name === 'cookie' ? '; ' : ',') : value
}

const textual = /^(?:text\/|application\/(?:[\w.+-]*json|[\w.+-]*xml|(?:x-)?javascript|graphql))/i

/** Whether a body goes into an event as it is: text by its type. Forms and all else are base64, as on AWS. */
export function isText(request: HttpRequest, body: Buffer): boolean {
  const type = headerOf(request, 'content-type')
  return type === undefined ? body.toString().indexOf('\ufffd') < 0 : textual.test(type)
}

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect', 'te', 'proxy-connection'])

export interface Asked { request: HttpRequest, body: Buffer, traceId: string, port: number }

/** The headers of an event: the caller's, and what AWS's front adds of the way the request came. */
export function eventHeaders({ request, body, traceId, port }: Asked): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(request.headers)) if (!hopByHop.has(name)) headers[name] = value
  const before = headerOf(request, 'x-forwarded-for')
  headers['content-length'] = String(body.length)
  headers['x-amzn-trace-id'] = `Root=${traceId}`
  headers['x-forwarded-for'] = before === undefined ? request.sourceIp : `${before}, ${request.sourceIp}`
  headers['x-forwarded-port'] = String(port)
  headers['x-forwarded-proto'] = 'http'
  return headers
}

export const queryPairs = (query: string): [string, string][] => query === '' ? [] : [...new URLSearchParams(query)]

/** Values of one name joined by commas. */
function joinedQuery(query: string): Record<string, string> | undefined {
  const pairs = queryPairs(query)
  const values = new Map<string, string>()
  for (const [name, value] of pairs) values.set(name, values.has(name) ? `${values.get(name)},${value}` : value)
  return pairs.length > 0 ? Object.fromEntries(values) : undefined
}

/** The first half of an event of format 2.0: how the request was asked. */
export function askedOf(asked: Asked, routeKey: string, rawPath: string) {
  const { cookie, ...headers } = eventHeaders(asked)
  const query = joinedQuery(asked.request.query)
  return {
    routeKey, rawPath, rawQueryString: asked.request.query,
    ...cookie !== undefined && { cookies: [cookie].flat().flatMap(each => each.split(/;\s*/)).filter(each => each !== '') },
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value])),
    ...query && { queryStringParameters: query },
  }
}

/** `requestContext.http` of an event of format 2.0. */
export const contextHttp = (request: HttpRequest, path: string) =>
  ({ method: request.method, path, protocol: 'HTTP/1.1', sourceIp: request.sourceIp, userAgent: headerOf(request, 'user-agent') ?? '' })

/** The body of an event of format 2.0, and whether it is base64; an empty one is left out. */
export function bodyOf(request: HttpRequest, body: Buffer): { body?: string, isBase64Encoded: boolean } {
  const text = body.length === 0 || isText(request, body)
  return { ...body.length > 0 && { body: body.toString(text ? 'utf8' : 'base64') }, isBase64Encoded: !text }
}

const two = (value: number) => String(value).padStart(2, '0')
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `12/Mar/2020:19:03:58 +0000` */
export function requestTime(ms: number): string {
  const at = new Date(ms)
  const date = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`
  return `${date}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`
}

/** A function's answer, read as JSON; as the text that it is where it is none. */
export function parseAnswer(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export const hasStatus = (value: any): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && value.statusCode !== undefined

/** The status code of an answer; undefined where it is none that HTTP knows. */
export function statusOf(value: any): number | undefined {
  const status = Number(value.statusCode)
  return Number.isInteger(status) && status >= 200 && status <= 599 ? status : undefined
}

/** An answer with a status code as HTTP; undefined where its status is none. `textType`: the type of a text body that says none. */
export function answerWithStatus(value: any, options: { textType: string, objectType: string, cookies: boolean }): HttpResponse | undefined {
  const status = statusOf(value)
  if (status === undefined) return undefined
  const headers = answerHeaders(value, options)
  // These have no body, whatever the function says.
  if (status === 204 || status === 304) return { status, headers }
  const bytes = value.body === undefined || value.body === null ? '' : typeof value.body === 'string' ? value.body : JSON.stringify(value.body)
  if (bytes !== '') headers['content-type'] ??= typeof value.body === 'string' ? options.textType : options.objectType
  return { status, headers, body: value.isBase64Encoded === true ? Buffer.from(bytes, 'base64') : bytes }
}

/** Headers that would break the framing of the answer, which is this side's business. */
const framing = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade'])
const validName = /^[!#$%&'*+\-.^_`|~\w]+$/

/** A value as it may stand in a header: in bytes of UTF-8, without control characters. */
export function headerValue(value: unknown): string {
  // eslint-disable-next-line no-control-regex
  const text = String(value).replace(/[\u0000-\u0008\u000a-\u001f\u007f]/g, ' ')
  return /[^\u0000-\u00ff]/.test(text) ? Buffer.from(text).toString('latin1') : text
}

/** The headers of an answer, and those of its cookies, which format 2.0 has in a list of their own. */
export function answerHeaders(value: any, { cookies }: { cookies: boolean }): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  const put = (name: string, each: string | string[]) => {
    const lower = name.toLowerCase()
    if (validName.test(lower) && !framing.has(lower)) headers[lower] = each
  }
  for (const [name, each] of Object.entries<any>(value.headers ?? {})) if (each !== null && each !== undefined) put(name, headerValue(each))
  for (const [name, each] of Object.entries<any>(value.multiValueHeaders ?? {})) if (Array.isArray(each)) put(name, each.map(headerValue))
  if (cookies && Array.isArray(value.cookies)) headers['set-cookie'] = value.cookies.map(headerValue)
  return headers
}
