import { depthMax } from './values.ts'

/** What stands at the end of a collection of indefinite length. */
const endMark = Symbol('end')
const half = new DataView(new ArrayBuffer(4))

/**
 * Decodes one item of CBOR (RFC 8949) as AWS uses it: maps have text keys, tag 1 is a time, other tags are looked through.
 * Throws a plain Error where the bytes are no such item, or are followed by more.
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  const reader = new CborReader(bytes)
  const value = reader.item(0)
  if (value === endMark || !reader.isAtEnd) throw new Error('Bytes after the end of the item')
  return value
}

class CborReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  item(depth: number): unknown {
    if (depth > depthMax) throw new Error('Nested too deeply')
    const first = this.#byte()
    const info = first & 31
    switch (first >> 5) {
      case 0: return this.#argument(info)
      case 1: return negative(this.#argument(info))
      case 2: return this.#bytesOf(info)
      case 3: return this.#text(info)
      case 4: return this.#list(info, depth)
      case 5: return this.#map(info, depth)
      case 6: return this.#tagged(Number(this.#argument(info)), depth)
      default: return this.#simple(info)
    }
  }

  #byte(): number {
    if (this.#at >= this.#bytes.length) throw new Error('The item breaks off')
    return this.#bytes[this.#at++]!
  }

  #take(length: number): number {
    const start = this.#at
    if (length > this.#bytes.length - start) throw new Error('The item breaks off')
    this.#at = start + length
    return start
  }

  #argument(info: number): number | bigint {
    if (info < 24) return info
    if (info === 24) return this.#byte()
    if (info === 25) return this.#view.getUint16(this.#take(2))
    if (info === 26) return this.#view.getUint32(this.#take(4))
    if (info !== 27) throw new Error('No such length')
    const large = this.#view.getBigUint64(this.#take(8))
    return large <= Number.MAX_SAFE_INTEGER ? Number(large) : large
  }

  /** A count of what follows; it cannot be more than the bytes that are left. */
  #count(info: number): number {
    const count = Number(this.#argument(info))
    if (count > this.#bytes.length - this.#at) throw new Error('The item breaks off')
    return count
  }

  #bytesOf(info: number): Uint8Array {
    if (info === 31) return Buffer.concat(this.#chunks(2))
    const length = this.#count(info)
    const start = this.#take(length)
    return this.#bytes.subarray(start, start + length)
  }

  #text(info: number): string {
    if (info === 31) return this.#chunks(3).map(chunk => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString()).join('')
    const { buffer, byteOffset, length } = this.#bytesOf(info)
    return Buffer.from(buffer, byteOffset, length).toString()
  }

  #chunks(type: number): Uint8Array[] {
    const chunks: Uint8Array[] = []
    for (let first = this.#byte(); first !== 0xff; first = this.#byte()) {
      if (first >> 5 !== type || (first & 31) === 31) throw new Error('A chunk of another type')
      chunks.push(this.#bytesOf(first & 31))
    }
    return chunks
  }

  #list(info: number, depth: number): unknown[] {
    const list: unknown[] = []
    if (info === 31) {
      for (let value = this.item(depth + 1); value !== endMark; value = this.item(depth + 1)) list.push(value)
      return list
    }
    for (let left = this.#count(info); left > 0; left--) list.push(this.#value(depth))
    return list
  }

  #map(info: number, depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {}
    for (let left = info === 31 ? Infinity : this.#count(info); left > 0; left--) {
      const key = this.item(depth + 1)
      if (key === endMark && info === 31) return map
      if (typeof key !== 'string') throw new Error('A key that is no text')
      const value = this.#value(depth)
      if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
      else map[key] = value
    }
    return map
  }

  #value(depth: number): unknown {
    const value = this.item(depth + 1)
    if (value === endMark) throw new Error('An end that nothing began')
    return value
  }

  #tagged(tag: number, depth: number): unknown {
    const value = this.#value(depth)
    if (tag === 1) {
      if (typeof value !== 'number') throw new Error('A time that is no number')
      return new Date(Math.round(value * 1000))
    }
    if ((tag === 2 || tag === 3) && value instanceof Uint8Array) {
      const large = BigInt(`0x${Buffer.from(value).toString('hex') || '0'}`)
      return tag === 2 ? large : -1n - large
    }
    return value
  }

  #simple(info: number): unknown {
    switch (info) {
      case 20: return false
      case 21: return true
      case 22: return null
      case 23: return undefined
      case 25: return halfFloat(this.#view.getUint16(this.#take(2)))
      case 26: return this.#view.getFloat32(this.#take(4))
      case 27: return this.#view.getFloat64(this.#take(8))
      case 31: return endMark
      default: throw new Error('No such value')
    }
  }
}

const negative = (value: number | bigint): number | bigint => typeof value === 'bigint' ? -1n - value : -1 - value

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  half.setUint32(0, ((exponent + 112) << 23) | (fraction << 13))
  return sign * half.getFloat32(0)
}
