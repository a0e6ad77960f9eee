import type { Cors } from '@aws-sdk/client-apigatewayv2'
import type { HttpRequest, HttpResponse } from '../../../contracts/call.ts'
import { headerOf } from '../../../platform/http-payload.ts'

function allowed(cors: Cors, origin: string): string | undefined {
  for (const each of cors.AllowOrigins ?? []) {
    if (each === '*') return cors.AllowCredentials ? origin : '*'
    if (each.toLowerCase() === origin.toLowerCase() || (each.endsWith('://*') && origin.startsWith(each.slice(0, -1)))) return origin
  }
  return undefined
}

export const isPreflight = (request: HttpRequest): boolean =>
  request.method === 'OPTIONS' && request.headers.origin !== undefined && request.headers['access-control-request-method'] !== undefined

/** What an API tells a browser of another origin: the headers of a preflight's answer, or of any other. */
function corsHeaders(cors: Cors, request: HttpRequest): Record<string, string> {
  const origin = allowed(cors, headerOf(request, 'origin')!)
  if (origin === undefined) return {}
  const shared = {
    'access-control-allow-origin': origin, ...origin !== '*' && { vary: 'Origin' }, ...cors.AllowCredentials && { 'access-control-allow-credentials': 'true' },
  }
  if (!isPreflight(request)) {
    return { ...shared, ...cors.ExposeHeaders?.length && { 'access-control-expose-headers': cors.ExposeHeaders.join(',').toLowerCase() } }
  }
  return {
    ...shared, ...cors.AllowMethods?.length && { 'access-control-allow-methods': cors.AllowMethods.join(',') },
    ...cors.AllowHeaders?.length && { 'access-control-allow-headers': cors.AllowHeaders.join(',').toLowerCase() },
    ...cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) },
  }
}

/** The API's own answer to a preflight that no route takes: 204 with what it allows. */
export const preflight = (cors: Cors, request: HttpRequest): HttpResponse => ({ status: 204, headers: corsHeaders(cors, request) })

/** The headers that a cross-origin answer needs; those that the integration set itself go, as on AWS. */
export function withCors(cors: Cors | undefined, request: HttpRequest, response: HttpResponse): HttpResponse {
  if (!cors || request.headers.origin === undefined) return response
  const headers = Object.fromEntries(Object.entries(response.headers ?? {}).filter(([name]) => !name.startsWith('access-control-')))
  return { ...response, headers: { ...headers, ...corsHeaders(cors, request) } }
}
