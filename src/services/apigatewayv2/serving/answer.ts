import type { HttpResponse } from '../../../contracts/call.ts'
import type { Exchange } from './exchange.ts'

/** An answer of API Gateway's own: `{"message":"Not Found"}`. */
export const message = (status: number, text: string, headers: Record<string, string> = {}): HttpResponse =>
  ({ status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ message: text }) })

const refusals = {
  notFound: [404, 'Not Found', 'NOT_FOUND'],
  unauthorized: [401, 'Unauthorized', 'UNAUTHORIZED'],
  forbidden: [403, 'Forbidden', 'ACCESS_DENIED'],
  tooManyRequests: [429, 'Too Many Requests', 'THROTTLED'],
  tooLarge: [413, 'Request Entity Too Large', 'REQUEST_TOO_LARGE'],
  internal: [500, 'Internal Server Error', 'INTEGRATION_FAILURE'],
  authorizerFailure: [500, 'Internal Server Error', 'AUTHORIZER_FAILURE'],
  unavailable: [503, 'Service Unavailable', 'INTEGRATION_FAILURE'],
  timeout: [504, 'Gateway Timeout', 'INTEGRATION_TIMEOUT'],
  lambdaTimeout: [503, 'Service Unavailable', 'INTEGRATION_TIMEOUT'],
} as const satisfies Record<string, readonly [number, string, string]>

/** Refuses a request in AWS's words, and notes it for access logs. */
export function refusal(exchange: Pick<Exchange, 'gatewayError'>, kind: keyof typeof refusals, headers: Record<string, string> = {}): HttpResponse {
  const [status, text, responseType] = refusals[kind]
  exchange.gatewayError = { message: text, responseType }
  return message(status, text, headers)
}

/**
 * What a function answered, as HTTP; undefined where it is nothing that API Gateway understands. Format 2.0 infers a response from
 * what has no status code; format 1.0 takes no other form.
 */
export function answerOf(payload: Uint8Array, version: '1.0' | '2.0'): HttpResponse | undefined {
  const text = Buffer.from(payload).toString()
  const value = parse(text)
  if (version === '2.0' && !hasStatus(value)) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: typeof value === 'string' ? value : text }
  }
  if (!hasStatus(value)) return undefined
  const status = Number(value.statusCode)
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined
  if (value.body !== undefined && value.body !== null && typeof value.body !== 'string' && version === '1.0') return undefined
  const headers = headersOf(value, version)
  // These have no body, whatever the function says.
  if (status === 204 || status === 304) return { status, headers }
  const bytes = value.body === undefined || value.body === null ? '' : typeof value.body === 'string' ? value.body : JSON.stringify(value.body)
  if (bytes !== '') headers['content-type'] ??= version === '2.0' && typeof value.body !== 'string' ? 'application/json' : 'text/plain;charset=UTF-8'
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

function headersOf(value: any, version: '1.0' | '2.0'): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  const put = (name: string, each: string | string[]) => {
    const lower = name.toLowerCase()
    if (validName.test(lower) && !framing.has(lower)) headers[lower] = each
  }
  for (const [name, each] of Object.entries<any>(value.headers ?? {})) if (each !== null && each !== undefined) put(name, headerValue(each))
  for (const [name, each] of Object.entries<any>(value.multiValueHeaders ?? {})) if (Array.isArray(each)) put(name, each.map(headerValue))
  if (Array.isArray(value.cookies) && version === '2.0') headers['set-cookie'] = value.cookies.map(headerValue)
  return headers
}

function parse(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const hasStatus = (value: any): boolean => typeof value === 'object' && value !== null && !Array.isArray(value) && value.statusCode !== undefined
