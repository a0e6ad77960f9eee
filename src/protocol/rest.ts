import type { Readable } from 'node:stream'
import type { Member, OperationModel, ServiceModel } from './model.ts'
import { structureOf } from './model.ts'
import { formatSimple, parseBlob, parseSimple as parseAny, serializationError } from './values.ts'
import { header, queryPairs, type WireRequest } from './wire.ts'

/** Where the members of an operation's structure lie in an HTTP message. */
export interface Bindings {
  /** Members of the body, where no member is the body itself. */
  body: Member[]
  payload: Member | undefined
  headers: Member[]
  prefixHeaders: Member | undefined
  labels: Member[]
  query: Member[]
  queryParams: Member | undefined
  statusCode: Member | undefined
  /** Names that belong to the operation's own address: `mode` of `/restapis?mode=import`. */
  fixedQuery: string[]
}

/** A response has no path and no query: members that a request carries there lie in its body (API Gateway's `position`). */
export function bindingsOf(members: Member[], side: 'request' | 'response', uri = ''): Bindings {
  const has = (part: keyof Member) => members.filter(member => member[part] !== undefined)
  const asked = (part: keyof Member) => side === 'request' ? has(part) : []
  const parts = {
    payload: has('payload'), headers: has('header'), prefixHeaders: has('prefixHeaders'), labels: asked('label'), query: asked('query'),
    queryParams: asked('queryParams'),
    statusCode: side === 'response' ? has('statusCode') : [],
  }
  const bound = new Set(Object.values(parts).flat())
  return {
    ...parts, body: members.filter(member => !bound.has(member)), payload: parts.payload[0], prefixHeaders: parts.prefixHeaders[0],
    queryParams: parts.queryParams[0],
    statusCode: parts.statusCode[0], fixedQuery: queryPairs(uri.split('?')[1] ?? '').map(([name]) => name),
  }
}

/** In addresses and headers a boolean has two spellings; forms and XML are read more leniently. */
function parseSimple(member: Member, text: string): unknown {
  if (member.shape === 'boolean' && text !== 'true' && text !== 'false') throw serializationError('STRING_VALUE can not be converted to a Boolean')
  return parseAny(member, text)
}

/** Reads what lies in the path, query and headers of a request. */
export function readBindings(
  model: ServiceModel, bindings: Bindings, request: WireRequest, labels: Record<string, string>, input: Record<string, unknown>,
): void {
  for (const member of bindings.labels) if (labels[member.name] !== undefined) input[member.name] = parseSimple(member, labels[member.name]!)
  if (bindings.query.length > 0 || bindings.queryParams) readQueryBindings(model, bindings, request, input)
  for (const member of bindings.headers) {
    const text = header(request, member.header!)
    if (text !== undefined) input[member.name] = readHeader(model, member, text)
  }
  const prefixed = bindings.prefixHeaders
  if (prefixed) {
    const map: Record<string, string> = {}
    for (const [name, value] of Object.entries(request.headers)) {
      if (name.startsWith(prefixed.prefixHeaders!)) map[name.slice(prefixed.prefixHeaders!.length)] = Array.isArray(value) ? value.join(',') : value ?? ''
    }
    if (Object.keys(map).length > 0) input[prefixed.name] = map
  }
}

function readQueryBindings(model: ServiceModel, { query, queryParams, fixedQuery }: Bindings, request: WireRequest, input: Record<string, unknown>): void {
  const pairs = queryPairs(request.query)
  for (const member of query) {
    const values = pairs.filter(([name]) => name === member.query).map(([, value]) => value)
    if (values.length === 0) continue
    const shape = typeof member.shape === 'number' ? model.shapes[member.shape]! : undefined
    input[member.name] = shape?.type === 'list' ? values.map(value => parseSimple(shape.member, value)) : parseSimple(member, values[0]!)
  }
  if (!queryParams) return
  // What has a member of its own is not told again: so the input is what the SDK was given.
  const named = new Set([...fixedQuery, ...query.map(member => member.query)])
  const map: Record<string, unknown> = {}
  const shape = model.shapes[queryParams.shape as number]
  const lists = shape?.type === 'map' && typeof shape.value.shape === 'number'
  for (const [name, value] of pairs) {
    if (named.has(name) || name.startsWith('X-Amz-')) continue
    if (lists) map[name] = [...(map[name] as string[] | undefined) ?? [], value]
    else map[name] ??= value
  }
  if (Object.keys(map).length > 0) input[queryParams.name] = map
}

function readHeader(model: ServiceModel, member: Member, text: string): unknown {
  const shape = typeof member.shape === 'number' ? model.shapes[member.shape]! : undefined
  if (shape?.type === 'list') return splitList(text, shape.member).map(item => parseSimple(shape.member, item))
  if (member.mediaType === 'application/json') return Buffer.from(parseBlob(text)).toString()
  const simple = member.shape === 'timestamp' && !member.timestampFormat ? { ...member, shape: 'http-date' as const } : member
  return parseSimple(simple, text)
}

/** Items of a list in a header; dates hold a comma of their own, and a quoted item may. */
function splitList(text: string, member: Member): string[] {
  const isDate = member.shape === 'http-date' || (member.shape === 'timestamp' && !member.timestampFormat)
  const items = isDate ? text.match(/[^,]+,[^,]+/g) ?? [] : text.match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? []
  const unquoted = (item: string) => item.startsWith('"') && item.endsWith('"') && item.length > 1 ? item.slice(1, -1).replace(/\\(.)/g, '$1') : item
  return items.map(item => unquoted(item.trim()))
}

/** Writes the members that lie in headers. */
export function writeHeaders(model: ServiceModel, bindings: Bindings, output: any, headers: Record<string, string | string[]>): void {
  for (const member of bindings.headers) {
    const value = output[member.name]
    if (value === undefined || value === null) continue
    const shape = typeof member.shape === 'number' ? model.shapes[member.shape]! : undefined
    if (shape?.type === 'list') headers[member.header!] =
      value.map((item: unknown) => quoted(formatSimple(shape.member, item, 'http-date'), shape.member)).join(', ')
    else headers[member.header!] = member.mediaType === 'application/json'
      ? Buffer.from(String(value)).toString('base64')
      : headerText(formatSimple(member, value, 'http-date'))
  }
  const prefixed = bindings.prefixHeaders
  if (prefixed && output[prefixed.name]) {
    for (const [name, value] of Object.entries<string>(output[prefixed.name])) headers[`${prefixed.prefixHeaders}${name}`] = headerText(value)
  }
}

const quoted = (text: string, member: Member) => member.shape === 'string' && /[",]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text

/** What a header can hold: line breaks would end it, and other characters go as UTF-8. */
const headerText = (text: string) => /^[\t\x20-\x7e]*$/.test(text) ? text : Buffer.from(text.replace(/[\r\n\0]/g, ' ')).toString('latin1')

/** The bytes of a structure's payload member, or the stream. */
export function writePayload(member: Member, value: unknown): string | Uint8Array | Readable {
  if (typeof value === 'string' || value instanceof Uint8Array) return value
  if (typeof (value as Readable).pipe === 'function') return value as Readable
  return formatSimple(member, value, 'date-time')
}

export function membersOf(model: ServiceModel, ref: OperationModel['input']): Member[] {
  return structureOf(model, ref)?.members ?? []
}

export const bodyOf = (body: Buffer | Readable): Buffer => {
  if (!Buffer.isBuffer(body)) throw serializationError('The body was not read whole.')
  return body
}
