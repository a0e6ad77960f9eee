import { randomUUID } from 'node:crypto'
import type { Member, ServiceModel, Shape, ShapeRef } from './model.ts'
import {
  boundedNumber, depthMax, formatNumber, formatTimestamp, isTimestamp, isWhole, numberNames, parseBlob, parseTimestamp, serializationError,
  timestampFormat, toBytes,
} from './values.ts'

type Read = (value: any, depth: number) => any
type Write = (value: any) => any

/** Which member names a service's JSON uses: restJson1 and rpc JSON differ in `jsonName`. */
export interface JsonNames { rest: boolean }

/** Compiles readers and writers of a service's shapes between parsed JSON and values: Date for times, bytes for blobs. */
export class JsonCodec {
  readonly #model: ServiceModel
  readonly #names: JsonNames
  readonly #readers: (Read | undefined)[] = []
  readonly #writers: (Write | undefined)[] = []

  constructor(model: ServiceModel, names: JsonNames) {
    this.#model = model
    this.#names = names
  }

  /** Reads a structure's body, or only these members of it (those that HTTP does not carry elsewhere). */
  reader(ref: ShapeRef, members?: Member[]): (value: unknown) => any {
    const read = members ? this.#structureReader({ type: 'structure', members }) : this.#reader({ name: '', shape: ref })
    return value => read(value, 0)
  }

  writer(ref: ShapeRef, members?: Member[]): Write {
    return members ? this.#structureWriter(members) : this.#writer({ name: '', shape: ref })
  }

  nameOf = (member: Member): string => this.#names.rest ? member.jsonName ?? member.name : member.name

  #reader(member: Member): Read {
    const { shape } = member
    if (typeof shape !== 'number') return simpleReader(member)
    // A shape may hold itself: its reader is looked up when it is used.
    return (value, depth) => (this.#readers[shape] ??= this.#shapeReader(this.#model.shapes[shape]!))(value, depth)
  }

  #shapeReader(shape: Shape): Read {
    if (shape.type === 'list') return this.#listReader(shape)
    if (shape.type === 'map') return this.#mapReader(shape)
    return this.#structureReader(shape)
  }

  #listReader(shape: Extract<Shape, { type: 'list' }>): Read {
    const read = this.#reader(shape.member)
    return (value, depth) => {
      if (!Array.isArray(value)) {
        throw serializationError(isObject(value) ? 'Start of structure or map found where not expected.' : `${kindOf(value)} cannot be converted to a List`)
      }
      if (depth > depthMax) throw tooDeep()
      const list: unknown[] = []
      for (const item of value) {
        if (item !== null) list.push(read(item, depth + 1))
        else if (shape.sparse) list.push(null)
        else list.push(undefined)
      }
      return list
    }
  }

  #mapReader(shape: Extract<Shape, { type: 'map' }>): Read {
    const read = this.#reader(shape.value)
    return (value, depth) => {
      if (!isObject(value)) throw wrongStructure(value)
      if (depth > depthMax) throw tooDeep()
      const map: Record<string, unknown> = {}
      for (const [key, item] of Object.entries(value)) {
        if (item !== null) setOwn(map, key, read(item, depth + 1))
        else if (shape.sparse) setOwn(map, key, null)
      }
      return map
    }
  }

  #structureReader(shape: { type: string, members: Member[] }): Read {
    const members = shape.members.map(member => ({ name: member.name, key: this.nameOf(member), read: this.#reader(member) }))
    const tokens = shape.members.filter(member => member.idempotencyToken).map(member => member.name)
    // DynamoDB tells a value of two types from one of none in words of its own.
    const isUnion = shape.type === 'union' && !this.#model.name.startsWith('dynamodb')
    return (value, depth) => {
      if (!isObject(value)) throw wrongStructure(value)
      if (depth > depthMax) throw tooDeep()
      const result: Record<string, unknown> = {}
      for (const { name, key, read } of members) {
        const item = value[key]
        if (item !== undefined && item !== null && Object.hasOwn(value, key)) result[name] = read(item, depth + 1)
      }
      for (const name of tokens) result[name] ??= randomUUID()
      if (isUnion && Object.keys(result).length > 1) throw serializationError('Unions must have exactly one member set.')
      return result
    }
  }

  #writer(member: Member): Write {
    const { shape } = member
    if (typeof shape !== 'number') return simpleWriter(member)
    return value => (this.#writers[shape] ??= this.#shapeWriter(this.#model.shapes[shape]!))(value)
  }

  #shapeWriter(shape: Shape): Write {
    if (shape.type === 'list') {
      const write = this.#writer(shape.member)
      return (value: Iterable<unknown>) => {
        const list: unknown[] = []
        for (const item of value) list.push(item === null || item === undefined ? null : write(item))
        return list
      }
    }
    if (shape.type === 'map') {
      const write = this.#writer(shape.value)
      return (value: Record<string, unknown>) => {
        const map: Record<string, unknown> = {}
        for (const [key, item] of Object.entries(value)) {
          if (item !== undefined && (item !== null || shape.sparse)) setOwn(map, key, item === null ? null : write(item))
        }
        return map
      }
    }
    return this.#structureWriter(shape.members)
  }

  #structureWriter(list: Member[]): Write {
    const members = list.map(member => ({ name: member.name, key: this.nameOf(member), write: this.#writer(member) }))
    return (value: Record<string, unknown>) => {
      const result: Record<string, unknown> = {}
      for (const { name, key, write } of members) {
        const item = value[name]
        if (item !== undefined && item !== null) result[key] = write(item)
      }
      return result
    }
  }
}

/** `__proto__` as a key of a map is a key like any other. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  else target[key] = value
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const tooDeep = () => serializationError('The request is nested too deeply.')
const wrongStructure = (value: unknown) =>
  serializationError(Array.isArray(value) ? 'Start of list found where not expected' : `Unexpected value type in payload: ${kindOf(value)}`)

function kindOf(value: unknown): string {
  if (typeof value === 'string') return 'STRING_VALUE'
  if (typeof value === 'number') return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE'
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE'
  return Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT'
}

function mismatch(value: unknown, wanted: string): never {
  if (value !== null && typeof value === 'object') {
    throw serializationError(`Start of ${Array.isArray(value) ? 'list' : 'structure or map'} found where not expected.`)
  }
  throw serializationError(`${kindOf(value)} can not be converted to ${wanted}`)
}

function simpleReader({ shape, kind }: Member): Read {
  switch (shape) {
    case 'string': return value => typeof value === 'string' ? value : mismatch(value, 'a String')
    case 'boolean': return value => typeof value === 'boolean' ? value : mismatch(value, 'a Boolean')
    case 'number': return value => {
      if (typeof value === 'number') return kind ? boundedNumber(value, kind) : value
      return !isWhole(kind) && (value === 'NaN' || value === 'Infinity' || value === '-Infinity')
        ? Number(value)
        : mismatch(value, kind ? numberNames[kind] : 'a Number')
    }
    case 'bigint': return value => typeof value === 'number' ? BigInt(Math.trunc(value)) : mismatch(value, 'a BigInteger')
    case 'blob': case 'stream': return value => typeof value === 'string' ? parseBlob(value) : mismatch(value, 'a Blob')
    case 'document': case 'unit': return value => value
    default: return value => {
      if (typeof value === 'number' && Math.abs(value) <= 8.64e12) return new Date(Math.round(value * 1000))
      return typeof value === 'string' ? parseTimestamp(value) : mismatch(value, 'a Timestamp')
    }
  }
}

function simpleWriter(member: Member): Write {
  const { shape } = member
  if (isTimestamp(shape)) {
    const format = timestampFormat(member, 'epoch-seconds')
    return value => formatTimestamp(value, format)
  }
  if (shape === 'blob' || shape === 'stream') return value => toBytes(value).toString('base64')
  if (shape === 'number') return formatNumber
  return shape === 'bigint' ? Number : value => value
}
