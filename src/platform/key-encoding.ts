import type { Key } from '../contracts/store.ts'

export type KeyPart = string | number | bigint | Uint8Array | boolean

// The tags order the types among each other; all are below '\xff', which ends a range.
const tagBytes = '\x02'
const tagString = '\x04'
const tagFalse = '\x06'
const tagTrue = '\x07'
const tagNumber = '\x0a'
const tagBigintNegative = '\x0c'
const tagBigintPositive = '\x0d'

const scratch = new DataView(new ArrayBuffer(8))
const plainString = /^[\x01-\x7f]*$/

/**
 * Key parts as a byte string that sorts as the parts do: strings in UTF-8 order, numbers by value, bytes by bytes. Every part ends
 * itself, so the encoding of leading parts is a prefix of the key's, and `encoding + '\xff'` lies behind all keys that have it.
 */
export function encodeKey(parts: readonly KeyPart[]): Key {
  let key = ''
  for (const part of parts) key += encodePart(part)
  return key
}

function encodePart(part: KeyPart): string {
  switch (typeof part) {
    case 'string': return tagString + (plainString.test(part) ? part : escapeZero(utf8(part))) + '\0'
    case 'number': return tagNumber + encodeNumber(part)
    case 'boolean': return part ? tagTrue : tagFalse
    case 'bigint': return encodeBigint(part)
  }
  if (part instanceof Uint8Array) return tagBytes + escapeZero(Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('latin1')) + '\0'
  throw new TypeError(`A key part must be a string, number, bigint, boolean or bytes, not ${String(part)}.`)
}

/** A zero inside sorts above the zero that ends a part: `\0\xff`. */
function escapeZero(bytes: string): string {
  return bytes.includes('\0') ? bytes.replaceAll('\0', '\0\xff') : bytes
}

function utf8(text: string): string {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8').toString('latin1')
  // A lone surrogate keeps its own three bytes; Buffer would make all of them one replacement character.
  let bytes = ''
  for (const character of text) {
    const code = character.codePointAt(0)!
    bytes += code >= 0xd800 && code <= 0xdfff
      ? String.fromCharCode(0xe0 | code >> 12, 0x80 | code >> 6 & 0x3f, 0x80 | code & 0x3f)
      : Buffer.from(character, 'utf8').toString('latin1')
  }
  return bytes
}

/** The IEEE 754 bytes, with the sign bit flipped, and all bits where it is negative: they then sort as the values do. */
function encodeNumber(value: number): string {
  if (Number.isNaN(value)) throw new TypeError('NaN cannot be a key part.')
  scratch.setFloat64(0, value === 0 ? 0 : value)
  const high = scratch.getInt32(0)
  const low = scratch.getInt32(4)
  return high < 0 ? bytes4(~high) + bytes4(~low) : bytes4(high ^ 0x80000000) + bytes4(low)
}

function bytes4(word: number): string {
  return String.fromCharCode(word >>> 24, word >>> 16 & 0xff, word >>> 8 & 0xff, word & 0xff)
}

/** Length first (two bytes), then the bytes; both inverted where it is negative, so that the longer sorts lower. */
function encodeBigint(value: bigint): string {
  const isNegative = value < 0n
  let hex = (isNegative ? -value : value).toString(16)
  if (hex.length % 2) hex = '0' + hex
  const bytes = Buffer.from(hex, 'hex')
  if (bytes.length > 0xfe00) throw new TypeError('The bigint is too big for a key part.')
  const encoded = Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
  if (isNegative) for (let at = 0; at < encoded.length; at++) encoded[at] = ~encoded[at]! & 0xff
  return (isNegative ? tagBigintNegative : tagBigintPositive) + encoded.toString('latin1')
}
