import type { HttpResponse } from '../../../contracts/call.ts'
import { answerWithStatus, hasStatus, parseAnswer } from '../../../platform/http-payload.ts'
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
  const value = parseAnswer(text)
  if (version === '2.0' && !hasStatus(value)) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: typeof value === 'string' ? value : text }
  }
  if (!hasStatus(value)) return undefined
  if (value.body !== undefined && value.body !== null && typeof value.body !== 'string' && version === '1.0') return undefined
  const textType = 'text/plain;charset=UTF-8'
  return answerWithStatus(value, { textType, objectType: version === '2.0' ? 'application/json' : textType, cookies: version === '2.0' })
}
