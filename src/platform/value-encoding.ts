import { Encoder } from 'cbor-x'

const codec = new Encoder({ useRecords: false, mapsAsObjects: true })

/** A row as bytes. */
export function encodeValue(value: unknown): Uint8Array {
  return codec.encode(value)
}

export function decodeValue(bytes: Uint8Array): unknown {
  return codec.decode(bytes)
}
