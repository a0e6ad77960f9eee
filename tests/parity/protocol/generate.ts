import type { Member, ServiceModel, ShapeRef } from '../../../src/protocol/model.ts'

/** Pseudo-random numbers from a seed, so that a failure can be seen again. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const texts = ['plain', 'é<&>"\' 😀', 'two\nlines', ' spaced ', '1e3', 'true', 'a+b=c&d%20e', ']]>', 'x'.repeat(300)]

/** A value of a shape, as a caller could hand it over. Bounds and patterns are ignored: they are the validation's business. */
export function valueOf(model: ServiceModel, ref: ShapeRef, next: () => number, depth = 0): any {
  if (typeof ref !== 'number') return simpleValue(ref, next)
  const shape = model.shapes[ref]!
  if (shape.type === 'list') return Array.from({ length: 1 + Math.floor(next() * 2) }, () => memberValue(model, shape.member, next, depth + 1))
  if (shape.type === 'map') {
    return Object.fromEntries(Array.from({ length: 1 + Math.floor(next() * 2) }, (_, at) => [`Key ${at}`, memberValue(model, shape.value, next, depth + 1)]))
  }
  const { members } = shape
  if (depth > 7 || members.length === 0) return {}
  const chosen = shape.type === 'union' ? [members[Math.floor(next() * members.length)]!]
    : members.filter((member, at) => at < shape.required || member.idempotencyToken || (depth < 4 && next() < (depth === 0 ? 0.7 : 0.4)))
  // The query protocols cannot say that a structure is there and empty.
  if (chosen.length === 0 && depth > 0) chosen.push(members.find(member => typeof member.shape !== 'number') ?? members[0]!)
  return Object.fromEntries(chosen.map(member => [member.name, memberValue(model, member, next, depth + 1)]))
}

function memberValue(model: ServiceModel, member: Member, next: () => number, depth: number): any {
  const text = ['plain', 'b2', 'some-name'][Math.floor(next() * 3)]!
  const shape = typeof member.shape === 'number' ? model.shapes[member.shape]! : undefined
  if (member.header !== undefined && shape?.type === 'list' && shape.member.shape === 'string') return [text, 'two']
  if (member.prefixHeaders !== undefined) return { one: text }
  if (member.shape === 'string') {
    if (member.label) return model.name === 's3' && member.name === 'Bucket' ? 'bucket' : ['plain', 'a b', 'x%y', 'é:1'][Math.floor(next() * 4)]
    if (member.mediaType === 'application/json') return '{"a":[1,"b"]}'
    // The client computes what is named here, and must know it.
    if (/^ChecksumAlgorithm$/.test(member.name)) return 'CRC32'
    if (/^(SSECustomerKey|CopySourceSSECustomerKey)/.test(member.name)) return undefined
    if (member.header !== undefined) return text
  }
  if (member.statusCode) return 202
  if (member.shape === 'number' && (member.kind === 'float' || member.kind === 'double')) return Math.floor(next() * 1000) / 8
  return valueOf(model, member.shape, next, depth)
}

function simpleValue(type: Exclude<ShapeRef, number>, next: () => number): any {
  switch (type) {
    case 'string': return texts[Math.floor(next() * texts.length)]
    case 'number': return Math.floor(next() * 10_000)
    case 'bigint': return BigInt(Math.floor(next() * 10_000))
    case 'boolean': return next() < 0.5
    case 'blob': case 'stream': return Uint8Array.from({ length: Math.floor(next() * 20) + 1 }, () => Math.floor(next() * 256))
    case 'document': return { a: [1, 'two', { b: true }] }
    case 'unit': return {}
    default: return new Date(1_600_000_000_000 + Math.floor(next() * 1e8) * 1000)
  }
}

/** A form in which values of both sides can be compared: times in milliseconds, bytes in base64, absent members dropped. */
export function comparable(value: any): any {
  if (value instanceof Date) return { time: value.getTime() }
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') }
  if (typeof value === 'bigint') return Number(value)
  if (value !== null && typeof value === 'object' && value.type === 'bigDecimal') return Number(value.string)
  if (Array.isArray(value)) return value.map(comparable)
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).filter(([name, each]) => each !== undefined && name !== '$metadata').sort(([a], [b]) => a < b ? -1 : 1)
      .map(([name, each]) => [name, comparable(each)]))
  }
  return value
}
