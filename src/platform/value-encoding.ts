import { Encoder } from 'cbor-x/encode'

const codec = new Encoder({ useRecords: false, mapsAsObjects: true, copyBuffers: true } as ConstructorParameters<typeof Encoder>[0])

/** A row as bytes (CBOR): Uint8Array, Date and bigint come back as they were; members that are undefined are left out. */
export function encodeValue(value: unknown): Uint8Array {
  return codec.encode(withoutUndefined(value))
}

/** The row, made anew at each call, so that a caller may change it. */
export function decodeValue(bytes: Uint8Array): unknown {
  return codec.decode(bytes)
}

const decoded = new WeakMap<Uint8Array, unknown>()

/**
 * The row, frozen to its depth, the same one for the same bytes. Bytes that the store hands out never change, and a row that is written anew is other
 * bytes, so what is kept is never out of date; it goes when the store lets go of the bytes.
 */
export function decodeShared(bytes: Uint8Array): unknown {
  let value = decoded.get(bytes)
  if (value === undefined) decoded.set(bytes, value = frozen(decodeValue(bytes)))
  return value
}

function frozen<T>(value: T): T {
  // The elements of a typed array cannot be frozen.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  for (const member of Object.values(value)) frozen(member)
  return Object.freeze(value)
}

/** The value itself where nothing in it is undefined, which is the common case, else a copy. */
function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      const kept = withoutUndefined(value[at])
      if (kept !== value[at]) return value.map(withoutUndefined)
    }
    return value
  }
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  const record = value as Record<string, unknown>
  for (const name in record) {
    const member = record[name]
    if (member === undefined || withoutUndefined(member) !== member) return copyWithoutUndefined(record)
  }
  return value
}

function copyWithoutUndefined(record: Record<string, unknown>): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(record)) if (member !== undefined) copy[name] = withoutUndefined(member)
  return copy
}
