import { createHmac, timingSafeEqual } from 'node:crypto'

// Time-based one-time passwords (RFC 6238) as virtual devices of AWS make them: SHA-1, 6 digits, steps of 30 seconds.

const stepMs = 30_000
/** A device's clock may be off by so many steps. */
const driftStepsMax = 2
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The code of a step. */
export function codeAt(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', secret).update(counter).digest()
  const offset = digest[19]! & 15
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

export const stepOf = (nowMs: number): number => Math.floor(nowMs / stepMs)

/** The step whose code this is, around now and after the last one used; undefined where it is none: a code counts once. */
export function stepOfCode(secret: Uint8Array, code: string, nowMs: number, lastStep: number, driftSteps = driftStepsMax): number | undefined {
  const now = stepOf(nowMs)
  for (let step = Math.max(now - driftSteps, lastStep + 1); step <= now + driftSteps; step++) {
    const expected = codeAt(secret, step)
    if (expected.length === code.length && timingSafeEqual(Buffer.from(expected), Buffer.from(code))) return step
  }
  return undefined
}

/** The step of the second of two codes that follow each other, within an hour of now: how a device is set up and set right. */
export function stepOfPair(secret: Uint8Array, first: string, second: string, nowMs: number): number | undefined {
  const step = stepOfCode(secret, first, nowMs, 0, 120)
  return step !== undefined && codeAt(secret, step + 1) === second ? step + 1 : undefined
}

/** RFC 4648, without padding: the form in which a person types a seed. */
export function toBase32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += base32[(value >> bits) & 31]
    }
  }
  return bits > 0 ? text + base32[(value << (5 - bits)) & 31] : text
}
