import type { HttpRequest, HttpResponse } from '../../../contracts/call.ts'
import { headerValue } from '../../../platform/http-payload.ts'
import { destinationOf } from '../integrations/parameters.ts'
import type { Exchange } from './exchange.ts'
import { resolve, type Responded } from './expressions.ts'

/** The request with an integration's request parameters applied; `path` where one of them overwrites it. Values are those of the request as it came. */
export function mappedRequest(exchange: Exchange, parameters: Record<string, string>): { request: HttpRequest, path?: string } {
  const headers = { ...exchange.request.headers }
  const query = new URLSearchParams(exchange.request.query)
  let queryChanged = false
  let path: string | undefined
  for (const [key, text] of Object.entries(parameters)) {
    const { action, place, name } = destinationOf(key)!
    const value = action === 'remove' ? undefined : resolve(exchange, text)
    if (action !== 'remove' && value === undefined) continue
    if (place === 'path') path = value
    else if (place === 'header') writeHeader(headers, action, name, value)
    else {
      queryChanged = true
      if (action !== 'append') query.delete(name)
      if (action !== 'remove') query.append(name, value!)
    }
  }
  // A query that no mapping touches stays as it was written.
  return { request: { ...exchange.request, headers, ...queryChanged && { query: query.toString() } }, ...path !== undefined && { path } }
}

/** An integration's answer with the response parameters of its status code applied. */
export function mappedResponse(exchange: Exchange, response: HttpResponse, byStatus: Record<string, Record<string, string>>): HttpResponse {
  const parameters = byStatus[String(response.status)]
  if (!parameters) return response
  const responded: Responded = { headers: response.headers ?? {}, body: bytesOf(response) }
  const headers = { ...response.headers }
  let { status } = response
  for (const [key, text] of Object.entries(parameters)) {
    const { action, place, name } = destinationOf(key)!
    const value = action === 'remove' ? undefined : resolve(exchange, text, responded)
    if (action !== 'remove' && value === undefined) continue
    if (place === 'header') writeHeader(headers, action, name, value)
    else if (/^[1-5]\d\d$/.test(value!)) status = Number(value)
  }
  return { ...response, status, headers }
}

function writeHeader(headers: Record<string, string | string[]>, action: 'append' | 'overwrite' | 'remove', name: string, value: string | undefined): void {
  if (action === 'remove') delete headers[name]
  else headers[name] = action === 'append' && headers[name] !== undefined ? [...[headers[name]].flat(), headerValue(value)] : headerValue(value)
}

/** The bytes of an answer of ours or of an integration: all of them are whole. */
export function bytesOf({ body }: HttpResponse): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : body instanceof Uint8Array ? Buffer.from(body) : Buffer.alloc(0)
}
