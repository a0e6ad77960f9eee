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
