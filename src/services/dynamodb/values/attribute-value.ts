import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { ValidationException } from '../../../platform/errors.ts'
import { compareNumbers, normalizeNumber, numberSizeBytes, parseDecimal } from './decimal.ts'

export type Value = AttributeValue
export type Item = Record<string, Value>
export type Type = 'S' | 'N' | 'B' | 'SS' | 'NS' | 'BS' | 'M' | 'L' | 'BOOL' | 'NULL'

export const types: readonly Type[] = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'M', 'L', 'BOOL', 'NULL']
const levelsMax = 32

/** The one type that the value holds. */
export function typeOf(value: Value): Type {
  for (const name in value) if ((value as any)[name] !== undefined) return name as Type
  throw new ValidationException('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes')
}

const invalid = (message: string) => new ValidationException(`One or more parameter values were invalid: ${message}`)

/** Checks a value as it came from a caller and brings it into the form in which it is stored and returned. */
export function normalizeValue(value: Value, level = 1): Value {
  const present = types.filter(type => (value as any)?.[type] !== undefined && (value as any)[type] !== null)
  if (present.length === 0) throw new ValidationException('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes')
  if (present.length > 1) {
    throw new ValidationException('Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes')
  }
  if (level > levelsMax) {
    throw new ValidationException('Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit')
  }
  const held = value as any
  switch (present[0]!) {
    case 'S': return { S: held.S }
    case 'N': return { N: normalizeNumber(held.N) }
    case 'B': return { B: held.B }
    case 'BOOL': return { BOOL: held.BOOL }
    case 'NULL':
      if (held.NULL !== true) throw invalid('Null attribute value types must have the value of true')
      return { NULL: true }
    case 'SS': return { SS: uniqueSet(held.SS, 'An string set  may not be empty', (text: string) => text) }
    case 'NS': return { NS: numberSet(held.NS) }
    case 'BS': return { BS: uniqueSet(held.BS, 'Binary sets should not be empty', (bytes: Uint8Array) => latin1(bytes)) }
    case 'L': return { L: held.L.map((element: Value) => normalizeValue(element, level + 1)) }
    case 'M': return { M: normalizeMap(held.M, level + 1) }
  }
}

function normalizeMap(map: Item, level: number): Item {
  const result: Item = {}
  for (const [name, value] of Object.entries(map)) {
    // The stored form cannot carry this one name of JavaScript's own.
    if (name === '__proto__') throw new ValidationException('An attribute named __proto__ is not supported by Fogbank.')
    result[name] = normalizeValue(value, level)
  }
  return result
}

/** The attributes of an item as a caller gave them, checked and in the stored form. */
export function normalizeItem(item: Item): Item {
  for (const name of Object.keys(item)) {
    if (name === '') throw invalid('One or more parameter values are not valid. An attribute name cannot be an empty string.')
    if (Buffer.byteLength(name) > 65_535) throw invalid('Attribute name is too large, must be less than 65535 bytes')
  }
  return normalizeMap(item, 1)
}

function uniqueSet<T>(members: T[], emptyMessage: string, key: (member: T) => string): T[] {
  if (members.length === 0) throw invalid(emptyMessage)
  const seen = new Set(members.map(key))
  if (seen.size < members.length) throw invalid(`Input collection [${members.map(key).join(', ')}] contains duplicates.`)
  return members
}

function numberSet(members: string[]): string[] {
  if (members.length === 0) throw invalid('An number set  may not be empty')
  const numbers = members.map(normalizeNumber)
  if (new Set(numbers).size < numbers.length) throw new ValidationException('Input collection contains duplicates')
  return numbers
}

export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

const textBytes = (text: string): number => Buffer.byteLength(text)

/** Bytes that DynamoDB counts for a value. */
export function valueSizeBytes(value: Value): number {
  const held = value as any
  switch (typeOf(value)) {
    case 'S': return textBytes(held.S)
    case 'N': return numberSizeBytes(held.N)
    case 'B': return held.B.byteLength
    case 'BOOL': case 'NULL': return 1
    case 'SS': return held.SS.reduce((sum: number, text: string) => sum + textBytes(text), 0)
    case 'NS': return held.NS.reduce((sum: number, text: string) => sum + numberSizeBytes(text), 0)
    case 'BS': return held.BS.reduce((sum: number, bytes: Uint8Array) => sum + bytes.byteLength, 0)
    case 'L': return held.L.reduce((sum: number, element: Value) => sum + 1 + valueSizeBytes(element), 3)
    case 'M': return Object.entries(held.M as Item).reduce((sum, [name, element]) => sum + 1 + textBytes(name) + valueSizeBytes(element), 3)
  }
}

/** Bytes that DynamoDB counts for an item: names and values. */
export function itemSizeBytes(item: Item): number {
  let sum = 0
  for (const name in item) sum += textBytes(name) + valueSizeBytes(item[name]!)
  return sum
}

/** Deep equality; sets without regard to order, numbers by value (they are stored normalized). */
export function equalValues(a: Value, b: Value): boolean {
  const type = typeOf(a)
  if (type !== typeOf(b)) return false
  const [left, right] = [(a as any)[type], (b as any)[type]]
  switch (type) {
    case 'B': return latin1(left) === latin1(right)
    case 'SS': case 'NS': return left.length === right.length && new Set([...left, ...right]).size === left.length
    case 'BS': return left.length === right.length && new Set([...left, ...right].map(latin1)).size === left.length
    case 'L': return left.length === right.length && left.every((element: Value, at: number) => equalValues(element, right[at]))
    case 'M': {
      const names = Object.keys(left)
      return names.length === Object.keys(right).length && names.every(name => Object.hasOwn(right, name) && equalValues(left[name], right[name]))
    }
  }
  return left === right
}

/** Order of two values of one scalar type (S by UTF-8, N by value, B by bytes); undefined where they have none. */
export function compareValues(a: Value, b: Value): number | undefined {
  const type = typeOf(a)
  if (type !== typeOf(b)) return undefined
  if (type === 'N') return compareNumbers(a.N!, b.N!)
  if (type === 'S') return Buffer.compare(Buffer.from(a.S!), Buffer.from(b.S!))
  if (type === 'B') return Buffer.compare(a.B!, b.B!)
  return undefined
}

/** An element of a set or a scalar as text that is equal where they are: for lookups in sets. */
export const elementKey = (element: string | Uint8Array): string => typeof element === 'string' ? element : latin1(element)

/** As AWS writes a value into a message: `{S:abc}`. */
export function describeValue(value: Value): string {
  const type = typeOf(value)
  if (type === 'N') return `{N:${parseDecimal(value.N!) && value.N}}`
  return `{${type}:${type === 'B' ? Buffer.from(value.B!).toString('base64') : (value as any)[type]}}`
}
