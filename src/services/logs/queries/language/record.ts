import type { EventRow } from '../../state.ts'
import type { Value } from './values.ts'

/** An expression, compiled: its value for a record. */
export type Evaluate = (record: QueryRecord) => Value

/** A row that a query works on: a log event with the fields found in it, or what `stats` made. */
export class QueryRecord {
  readonly event: EventRow | undefined
  readonly #account: string
  /** Fields that commands made. */
  readonly made = new Map<string, Value>()
  #json: object | null | undefined
  #report: Record<string, Value> | undefined

  constructor(event: EventRow | undefined, account: string) {
    this.event = event
    this.#account = account
  }

  get(name: string): Value {
    if (this.made.has(name)) return this.made.get(name)
    if (this.event && name.startsWith('@')) {
      const own = this.#builtIn(this.event, name)
      if (own !== undefined) return own
    }
    const dot = name.indexOf('.')
    if (dot > 0 && this.made.has(name.slice(0, dot))) return at(this.made.get(name.slice(0, dot)), name.slice(dot + 1))
    return this.event && at(this.json, name)
  }

  /** What the message holds, where it is a JSON object. */
  get json(): object | null {
    if (this.#json === undefined) this.#json = this.event ? jsonIn(this.event.message) : null
    return this.#json
  }

  #builtIn(event: EventRow, name: string): Value {
    switch (name) {
      case '@timestamp': return new Date(event.timestamp)
      case '@ingestionTime': return new Date(event.ingestionTime)
      case '@message': return event.message
      case '@logStream': return event.stream
      case '@log': return `${this.#account}:${event.group}`
      case '@ptr': return pointerTo(event)
      default: return (this.#report ??= lambdaFields(event.message))[name]
    }
  }
}

/** A field by its path: a key that is written with dots, or key after key, an index in a list among them. */
function at(value: Value, path: string): Value {
  if (value === null || typeof value !== 'object') return undefined
  if (Object.hasOwn(value, path)) return (value as Record<string, Value>)[path]
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const key = path.slice(0, dot)
    if (Object.hasOwn(value, key)) return at((value as Record<string, Value>)[key], path.slice(dot + 1))
  }
  return undefined
}

function jsonIn(message: string): object | null {
  const start = message.indexOf('{')
  if (start < 0) return null
  try {
    const value: unknown = JSON.parse(start === 0 ? message : message.slice(start))
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

const bytesPerMegabyte = 1_000_000
const reportFields: [string, RegExp, number][] = [
  ['@duration', /\tDuration: ([\d.]+) ms/, 1], ['@billedDuration', /\tBilled Duration: ([\d.]+) ms/, 1],
  ['@memorySize', /\tMemory Size: (\d+) MB/, bytesPerMegabyte],
  ['@maxMemoryUsed', /\tMax Memory Used: (\d+) MB/, bytesPerMegabyte], ['@initDuration', /\tInit Duration: ([\d.]+) ms/, 1],
]

/** The fields that Insights finds in lines of functions. */
function lambdaFields(message: string): Record<string, Value> {
  const framed = /^(START|END|REPORT) RequestId: ([\w-]{36})/.exec(message)
  if (!framed) {
    const requestId = /^\S+Z\t([0-9a-f-]{36})\t/.exec(message)?.[1]
    return requestId === undefined ? {} : { '@requestId': requestId }
  }
  const fields: Record<string, Value> = { '@type': framed[1]!, '@requestId': framed[2]! }
  if (framed[1] !== 'REPORT') return fields
  for (const [name, expression, factor] of reportFields) {
    const found = expression.exec(message)
    if (found) fields[name] = Number(found[1]) * factor
  }
  return fields
}

/** Names an event, so that GetLogRecord finds it. */
export const pointerTo = ({ group, stream, timestamp, id }: EventRow): string => Buffer.from(JSON.stringify([group, stream, timestamp, id])).toString('base64')

/** The key of the event that a pointer names; undefined for what is none. */
export function pointedAt(pointer: string): [group: string, stream: string, timestamp: number, id: string] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(pointer, 'base64').toString())
    return Array.isArray(parts) && parts.length === 4 && typeof parts[2] === 'number' && [0, 1, 3].every(index => typeof parts[index] === 'string')
      ? parts as [string, string, number, string]
      : undefined
  } catch {
    return undefined
  }
}

const fieldsMax = 200

/** The fields of a JSON message by their paths, as Insights discovers them: 200 at most. */
export function discover(json: object | null): Record<string, Value> {
  const found: Record<string, Value> = {}
  let left = fieldsMax
  const walk = (value: object, prefix: string) => {
    for (const [key, member] of Object.entries(value)) {
      if (left <= 0) return
      if (member !== null && typeof member === 'object') walk(member, `${prefix}${key}.`)
      else {
        found[prefix + key] = member
        left--
      }
    }
  }
  if (json) walk(json, '')
  return found
}
