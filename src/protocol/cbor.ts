import { Encoder } from 'cbor-x/encode'
import { decodeCbor } from './cbor-decode.ts'
import type { Member, ServiceModel, ShapeRef } from './model.ts'
import { depthMax, isTimestamp, serializationError } from './values.ts'

const encoder = new Encoder({ useRecords: false, mapsAsObjects: true, tagUint8Array: false, useTag259ForMaps: false } as any)

/** Reads a structure from a CBOR body; an empty body is an empty structure. */
export function readCbor(model: ServiceModel, ref: ShapeRef, body: Buffer): any {
  if (ref === 'unit' || body.length === 0) return {}
  let value: unknown
  try {
    value = decodeCbor(body)
  } catch {
    throw serializationError('The request body could not be parsed as CBOR.')
  }
  return readValue(model, { name: '', shape: ref }, value, 0)
}

function readValue(model: ServiceModel, member: Member, value: any, depth: number): any {
  if (depth > depthMax) throw serializationError('The request is nested too deeply.')
  if (typeof member.shape !== 'number') return readSimple(member.shape, value)
  const shape = model.shapes[member.shape]!
  if (shape.type === 'list') {
    if (!Array.isArray(value)) throw serializationError('Start of list expected.')
    return value.filter(item => item !== null || shape.sparse).map(item => item === null ? null : readValue(model, shape.member, item, depth + 1))
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    throw serializationError('Start of structure or map expected.')
  }
  if (shape.type === 'map') {
    return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null || shape.sparse).map(([key, item]) =>
      [key, item === null ? null : readValue(model, shape.value, item, depth + 1)]))
  }
  const result: Record<string, unknown> = {}
  for (const each of shape.members) {
    const item = value[each.name]
    if (item !== undefined && item !== null) result[each.name] = readValue(model, each, item, depth + 1)
  }
  return result
}

function readSimple(shape: ShapeRef, value: any): unknown {
  if (isTimestamp(shape)) {
    const date = value instanceof Date ? value : typeof value === 'number' ? new Date(value * 1000) : undefined
    if (!date || Number.isNaN(date.getTime())) throw serializationError('Timestamp expected.')
    return date
  }
  const wanted = shape === 'blob' || shape === 'stream' ? value instanceof Uint8Array
    : shape === 'number' ? typeof value === 'number' || typeof value === 'bigint'
      : shape === 'string' || shape === 'boolean' ? typeof value === shape : true
  if (!wanted) throw serializationError(`A value of type ${shape} expected.`)
  return typeof value === 'bigint' && shape === 'number' ? Number(value) : value
}

/** Writes a structure, with `__type` in front where it is an error. */
export function writeCbor(model: ServiceModel | undefined, ref: ShapeRef, value: any, type?: string): Uint8Array {
  const content = model ? writeValue(model, { name: '', shape: ref === 'unit' ? 'document' : ref }, value ?? {}) : value
  return encoder.encode(type ? { __type: type, ...content } : content)
}

function writeValue(model: ServiceModel, member: Member, value: any): any {
  if (value === null) return null
  if (typeof member.shape !== 'number') return value
  const shape = model.shapes[member.shape]!
  if (shape.type === 'list') return Array.from(value, item => item === null ? null : writeValue(model, shape.member, item))
  if (shape.type === 'map') {
    return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined).map(([key, item]) => [key, writeValue(model, shape.value, item)]))
  }
  const result: Record<string, unknown> = {}
  for (const each of shape.members) {
    const item = value[each.name]
    if (item !== undefined && item !== null) result[each.name] = writeValue(model, each, item)
  }
  return result
}
