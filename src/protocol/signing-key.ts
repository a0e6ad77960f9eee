import { createHmac, hash } from 'node:crypto'

/**
 * A key of a day, region and service, as the two blocks that HMAC-SHA256 hashes before a text and before what comes of it. Two one-shot hashes cost half
 * of what Node's Hmac object does, which is made for streams.
 */
export interface SigningKey {
  bytes: Buffer
  /** The inner block, and room for a text. */
  inner: Buffer
  /** The outer block, and room for a hash. */
  outer: Buffer
}

const blockBytes = 64
const hashBytes = 32
/** A string to sign has some 150 bytes. */
const roomBytes = 512
const keys = new Map<string, SigningKey>()
const keysMax = 1000

/** The last thousand keys are kept. */
export function signingKey(secretAccessKey: string, date: string, region: string, service: string): SigningKey {
  const name = `${date}/${region}/${service}/${secretAccessKey}`
  const known = keys.get(name)
  if (known !== undefined) return known
  let bytes: Buffer | string = 'AWS4' + secretAccessKey
  for (const part of [date, region, service, 'aws4_request']) bytes = createHmac('sha256', bytes).update(part).digest()
  const key = blocksOf(bytes as Buffer)
  if (keys.size >= keysMax) keys.delete(keys.keys().next().value!)
  keys.set(name, key)
  return key
}

function blocksOf(bytes: Buffer): SigningKey {
  const inner = Buffer.alloc(blockBytes + roomBytes)
  const outer = Buffer.alloc(blockBytes + hashBytes)
  for (let at = 0; at < blockBytes; at++) {
    inner[at] = (bytes[at] ?? 0) ^ 0x36
    outer[at] = (bytes[at] ?? 0) ^ 0x5c
  }
  return { bytes, inner, outer }
}

/** HMAC-SHA256, in hexadecimal. */
export function signatureOf({ bytes, inner, outer }: SigningKey, text: string): string {
  // A character takes three bytes at most.
  if (text.length * 3 > roomBytes) return createHmac('sha256', bytes).update(text).digest('hex')
  const end = blockBytes + inner.write(text, blockBytes)
  outer.write(hash('sha256', inner.subarray(0, end), 'binary'), blockBytes, 'binary')
  return hash('sha256', outer, 'hex')
}

/** Compares in a time that does not depend on where the texts differ. */
export function sameText(expected: string, given: string): boolean {
  if (expected.length !== given.length) return false
  let difference = 0
  for (let at = 0; at < expected.length; at++) difference |= expected.charCodeAt(at) ^ given.charCodeAt(at)
  return difference === 0
}
