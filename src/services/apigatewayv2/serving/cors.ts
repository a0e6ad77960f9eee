import type { Cors } from '@aws-sdk/client-apigatewayv2'
import type { HttpRequest, HttpResponse } from '../../../contracts/call.ts'

const originOf = (request: HttpRequest): string | undefined => request.headers.origin as string | undefined

function allowed(cors: Cors, origin: string): string | undefined {
  for (const each of cors.AllowOrigins ?? []) {
    if (each === '*') return cors.AllowCredentials ? origin : '*'
    if (each === origin || (each.endsWith('://*') && origin.startsWith(each.slice(0, -1)))) return origin
  }
  return undefined
}

/** The API's own answer to a preflight: 204 with what it allows. */
export function preflight(cors: Cors, request: HttpRequest): HttpResponse | undefined {
  if (request.method !== 'OPTIONS' || originOf(request) === undefined || request.headers['access-control-request-method'] === undefined) return undefined
  const origin = allowed(cors, originOf(request)!)
  if (origin === undefined) return { status: 204 }
  return { status: 204, headers: {
    'access-control-allow-origin': origin, ...cors.AllowMethods && { 'access-control-allow-methods': cors.AllowMethods.join(',') },
    ...cors.AllowHeaders && { 'access-control-allow-headers': cors.AllowHeaders.join(',') }, ...cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) },
    ...cors.AllowCredentials && { 'access-control-allow-credentials': 'true' },
  } }
}

/** The headers that a cross-origin answer needs; those that the integration set itself go, as on AWS. */
export function withCors(cors: Cors | undefined, request: HttpRequest, response: HttpResponse): HttpResponse {
  const asked = originOf(request)
  if (!cors || asked === undefined) return response
  const headers = Object.fromEntries(Object.entries(response.headers ?? {}).filter(([name]) => !name.startsWith('access-control-')))
  const origin = allowed(cors, asked)
  if (origin === undefined) return { ...response, headers }
  return { ...response, headers: {
    ...headers, 'access-control-allow-origin': origin, ...origin !== '*' && { vary: 'Origin' }, ...cors.AllowCredentials && { 'access-control-allow-credentials': 'true' },
    ...cors.ExposeHeaders && { 'access-control-expose-headers': cors.ExposeHeaders.join(',') },
  } }
}
