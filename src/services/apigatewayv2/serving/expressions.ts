import type { HttpResponse } from '../../../contracts/call.ts'
import { headerOf } from '../../../platform/http-payload.ts'
import { contextValue } from './context.ts'
import type { Exchange } from './exchange.ts'

/** An integration's answer, for expressions of `$response`. */
export interface Responded { headers: NonNullable<HttpResponse['headers']>, body: Buffer }

const bodyBytesMax = 100 * 1024

/**
 * The value of a mapping or an identity source: `$request.header.x`, `$context.stage`, `$stageVariables.y`, `$response.body.z`; text
 * with `${...}` in it; or the text itself. Undefined where the request has no such thing.
 */
export function resolve(exchange: Exchange, text: string, responded?: Responded): string | undefined {
  const whole = /^\$(?:\{\$?)?((?:request|response|context|stageVariables)\b[^}\s]*)\}?$/.exec(text)
  if (whole) return valueOf(exchange, whole[1]!, responded)
  const inside = /\$\{\$?((?:request|response|context|stageVariables)\b[^}]*)\}/g
  return text.replace(inside, (_, expression: string) => valueOf(exchange, expression, responded) ?? '')
}

function valueOf(exchange: Exchange, expression: string, responded: Responded | undefined): string | undefined {
  const [, source, rest = ''] = /^(request|response|context|stageVariables)\.?(.*)$/s.exec(expression)!
  if (source === 'context') return contextValue(exchange, rest)
  if (source === 'stageVariables') return own(exchange.stage.variables, rest)
  if (source === 'response') return responded && responseValue(responded, rest)
  return requestValue(exchange, rest)
}

const own = <Value>(from: Record<string, Value>, name: string): Value | undefined => Object.hasOwn(from, name) ? from[name] : undefined

function requestValue({ request, path, match, body }: Exchange, expression: string): string | undefined {
  const [, place, name = ''] = /^(header|querystring|path|body)\.?(.*)$/s.exec(expression) ?? []
  if (place === 'header') return headerOf(request, name.toLowerCase())
  if (place === 'querystring') {
    const values = new URLSearchParams(request.query).getAll(name)
    return values.length === 0 ? undefined : values.join(',')
  }
  if (place === 'path') return name === '' ? path : own(match?.pathParameters ?? {}, name)
  return place === 'body' ? inBody(body, name) : undefined
}

function responseValue({ headers, body }: Responded, expression: string): string | undefined {
  const [, place, name = ''] = /^(header|body)\.?(.*)$/s.exec(expression) ?? []
  if (place === 'body') return inBody(body, name)
  const value = place === 'header' ? own(headers, name.toLowerCase()) : undefined
  return Array.isArray(value) ? value.join(',') : value
}

/** The whole body, or what a JSON path names in it: names and indices; AWS reads no further than 100 KB. */
function inBody(body: Buffer, path: string): string | undefined {
  if (path === '') return body.toString()
  let value: any
  try {
    value = JSON.parse(body.subarray(0, bodyBytesMax).toString())
  } catch {
    return undefined
  }
  for (const [, quoted, index, name] of path.matchAll(/\['([^']*)'\]|\[(\d+)\]|([^.[\]]+)/g)) {
    if (value === null || typeof value !== 'object') return undefined
    const key = quoted ?? index ?? name!
    if (!Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  if (value === undefined || value === null) return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
