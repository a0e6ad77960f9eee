import { AwsError } from '../platform/errors.ts'
import type { Member, NumberKind, ShapeRef } from './model.ts'

/** What cannot be read at all: before validation, with AWS's name for it. */
export const serializationError = (message: string): AwsError => new AwsError('SerializationException', message, { status: 400 })

/** Bound on the nesting of what is read, so that a hostile body cannot exhaust the stack. */
export const depthMax = 256

export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds'

export function timestampFormat(member: Pick<Member, 'shape' | 'timestampFormat'>, byDefault: TimestampFormat): TimestampFormat {
  if (member.timestampFormat) return member.timestampFormat
  const { shape } = member
  return shape === 'date-time' || shape === 'http-date' || shape === 'epoch-seconds' ? shape : byDefault
}

export const isTimestamp = (shape: ShapeRef): boolean => shape === 'timestamp' || shape === 'date-time' || shape === 'http-date' || shape === 'epoch-seconds'

/** Writes a time; seconds keep their milliseconds, as the SDKs read them. */
export function formatTimestamp(value: Date | number | string, format: TimestampFormat): string | number {
  const date = value instanceof Date ? value : new Date(value)
  if (format === 'epoch-seconds') return date.getTime() / 1000
  if (format === 'http-date') return date.toUTCString()
  const text = date.toISOString()
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text
}

const dateTime = /^\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)?)?$/
const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** Reads a time from text in any of AWS's formats; seconds since 1970 where it is a number. */
export function parseTimestamp(text: string): Date {
  const trimmed = text.trim()
  const date = number.test(trimmed) ? new Date(Math.round(Number(trimmed) * 1000))
    : dateTime.test(trimmed) ? new Date(/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(trimmed) ? `${trimmed}Z` : trimmed)
      : /^[A-Z][a-z]{2},/.test(trimmed) ? new Date(trimmed) : new Date(NaN)
  if (Number.isNaN(date.getTime())) throw serializationError(`Invalid timestamp: ${text.slice(0, 64)}`)
  return date
}

export function parseNumber(text: string): number {
  const trimmed = text.trim()
  if (number.test(trimmed)) return Number(trimmed)
  if (trimmed === 'NaN') return NaN
  if (trimmed === 'Infinity' || trimmed === '-Infinity') return trimmed === 'Infinity' ? Infinity : -Infinity
  throw serializationError('STRING_VALUE can not be converted to a Number')
}

const wholeMax: Partial<Record<NumberKind, number>> = { byte: 2 ** 7, short: 2 ** 15, integer: 2 ** 31, long: 2 ** 63 }
export const numberNames: Record<NumberKind, string> = {
  byte: 'a Byte', short: 'a Short', integer: 'an Integer', long: 'a Long', float: 'a Float', double: 'a Double',
}

export const isWhole = (kind: NumberKind | undefined): boolean => kind !== undefined && wholeMax[kind] !== undefined

/** Refuses a fraction where a whole number belongs, and one beyond the type's range. */
export function boundedNumber(value: number, kind: NumberKind): number {
  const max = wholeMax[kind]
  if (max === undefined || (Number.isInteger(value) && value >= -max && value < max)) return value
  // The largest Long is not a number that JavaScript has: its neighbour above is taken for it.
  if (kind === 'long' && value === max) return value
  throw serializationError(`${Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE'} can not be converted to ${numberNames[kind]}`)
}

export function parseBoolean(text: string): boolean {
  const lower = text.trim().toLowerCase()
  if (lower === 'true' || lower === '1') return true
  if (lower === 'false' || lower === '0') return false
  throw serializationError('STRING_VALUE can not be converted to a Boolean')
}

export function parseBlob(text: string): Uint8Array {
  const trimmed = text.trimEnd()
  if (trimmed.length % 4 !== 0 || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(trimmed)) throw serializationError('Invalid base64 encoding')
  return Buffer.from(text, 'base64')
}

export const formatNumber = (value: number): number | string => Number.isFinite(value) ? value : String(value)

export const toBytes = (value: Uint8Array | string): Buffer =>
  typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.byteLength)

function parseKind(text: string, kind: NumberKind): number {
  if (isWhole(kind) && !/^\s*[+-]?\d+\s*$/.test(text)) throw serializationError(`STRING_VALUE can not be converted to ${numberNames[kind]}`)
  return boundedNumber(parseNumber(text), kind)
}

/** Reads a simple value from text, as headers, queries, labels and XML carry it. */
export function parseSimple(member: Pick<Member, 'shape' | 'timestampFormat' | 'kind'>, text: string): unknown {
  switch (member.shape) {
    case 'string': return text
    case 'number': return member.kind ? parseKind(text, member.kind) : parseNumber(text)
    case 'bigint': return BigInt(/^-?\d+$/.test(text.trim()) ? text.trim() : Math.trunc(parseNumber(text)))
    case 'boolean': return parseBoolean(text)
    case 'blob': case 'stream': return parseBlob(text)
    case 'document': return text
    default: return isTimestamp(member.shape) ? parseTimestamp(text) : text
  }
}

/** Writes a simple value as text. */
export function formatSimple(member: Pick<Member, 'shape' | 'timestampFormat'>, value: any, byDefault: TimestampFormat): string {
  if (isTimestamp(member.shape)) return String(formatTimestamp(value, timestampFormat(member, byDefault)))
  if (member.shape === 'blob' || member.shape === 'stream') return toBytes(value).toString('base64')
  return String(value)
}
