import type { HttpRequest, HttpResponse } from '../../../contracts/call.ts'
import { headerOf } from '../../../platform/http-payload.ts'
import type { UrlConfig } from '../state.ts'

type Cors = NonNullable<UrlConfig['cors']>

const allows = (cors: Cors, origin: string): boolean =>
  (cors.AllowOrigins ?? []).some(each => each === '*' || each.toLowerCase() === origin.toLowerCase()
    || (each.endsWith('://*') && origin.toLowerCase().startsWith(each.slice(0, -1).toLowerCase())))

export const isPreflight = (request: HttpRequest): boolean =>
  request.method === 'OPTIONS' && request.headers.origin !== undefined && request.headers['access-control-request-method'] !== undefined

/** What a URL tells any browser of another origin. The origin is named, also where all of them are allowed. */
function shared(cors: Cors, request: HttpRequest): Record<string, string> | undefined {
  const origin = headerOf(request, 'origin')!
  if (!allows(cors, origin)) return undefined
  return { 'access-control-allow-origin': origin, vary: 'Origin', ...cors.AllowCredentials && { 'access-control-allow-credentials': 'true' } }
}

/** A preflight that the URL answers itself, without calling the function. */
export function preflight(cors: Cors, request: HttpRequest): HttpResponse {
  const headers = shared(cors, request)
  if (!headers) return { status: 200, headers: {} }
  return { status: 200, headers: {
    ...headers, ...cors.AllowMethods?.length && { 'access-control-allow-methods': cors.AllowMethods.join(',') },
    ...cors.AllowHeaders?.length && { 'access-control-allow-headers': cors.AllowHeaders.join(',').toLowerCase() },
    ...cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) },
  } }
}

/** An answer with the URL's headers beside those that the function set itself: twice, where both did, as on AWS. */
export function withCors(cors: Cors | undefined, request: HttpRequest, response: HttpResponse): HttpResponse {
  const own = cors && request.headers.origin !== undefined ? shared(cors, request) : undefined
  if (!own) return response
  const headers: Record<string, string | string[]> = { ...response.headers }
  const added = { ...own, ...cors!.ExposeHeaders?.length && { 'access-control-expose-headers': cors!.ExposeHeaders.join(',').toLowerCase() } }
  for (const [name, value] of Object.entries(added)) headers[name] = headers[name] === undefined ? value : [...[headers[name]].flat(), value]
  return { ...response, headers }
}
