import { createECDH, createPublicKey, type KeyObject } from 'node:crypto'

// ECDSA over a digest that the caller has made: Node signs messages only, and hashes them itself. SEC 1, sections 4.1.3 and 4.1.4.

interface Curve { p: bigint, n: bigint, a: bigint }

/** By the names that JSON Web Keys use: the field, the order, and a of y² = x³ + ax + b. */
const curves: Record<string, Curve & { openssl: string }> = {
  'P-256': curve('prime256v1', 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff',
    'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
  'P-384': curve('secp384r1', 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff',
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973'),
  'P-521': curve('secp521r1', `1ff${'f'.repeat(128)}`,
    `1ff${'f'.repeat(63)}a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`),
  secp256k1: curve('secp256k1', 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f',
    'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141', 0n),
}

function curve(openssl: string, field: string, order: string, a?: bigint): Curve & { openssl: string } {
  const p = BigInt(`0x${field}`)
  return { openssl, p, n: BigInt(`0x${order}`), a: a ?? p - 3n }
}

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
const mod = (value: bigint, by: bigint): bigint => ((value % by) + by) % by

/** The leftmost bits of a digest, as many as the order has. */
function scalarOf(digest: Uint8Array, n: bigint): bigint {
  const excess = digest.length * 8 - n.toString(2).length
  return excess > 0 ? numberOf(digest) >> BigInt(excess) : numberOf(digest)
}

/** A DER signature of a digest. */
export function signDigest(privateKey: KeyObject, digest: Uint8Array): Buffer {
  const jwk = privateKey.export({ format: 'jwk' })
  const { n, openssl } = curves[jwk.crv!]!
  const secret = numberOf(Buffer.from(jwk.d!, 'base64url'))
  const ecdh = createECDH(openssl)
  for (;;) {
    // A new key pair of the curve is the random k and its point.
    const point = ecdh.generateKeys()
    const k = numberOf(ecdh.getPrivateKey())
    const r = mod(numberOf(point.subarray(1, 1 + (point.length - 1) / 2)), n)
    const s = mod(inverse(k, n) * (scalarOf(digest, n) + r * secret), n)
    if (r !== 0n && s !== 0n) return Buffer.from(derOf([r, s]))
  }
}

/** Whether a DER signature is one of the digest by the key. */
export function verifyDigest(publicKey: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  const jwk = createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })).export({ format: 'jwk' })
  const on = curves[jwk.crv!]!
  const numbers = numbersOf(Buffer.from(signature))
  if (!numbers) return false
  const [r, s] = numbers
  if (r <= 0n || r >= on.n || s <= 0n || s >= on.n) return false
  const w = inverse(s, on.n)
  const q = { x: numberOf(Buffer.from(jwk.x!, 'base64url')), y: numberOf(Buffer.from(jwk.y!, 'base64url')) }
  const u1 = mod(scalarOf(digest, on.n) * w, on.n)
  const sum = add(on, u1 === 0n ? undefined : ofGenerator(on, u1), ofKey(on, mod(r * w, on.n), q))
  return sum !== undefined && mod(sum.x, on.n) === r
}

/** A point; undefined is the one at infinity. */
type Point = { x: bigint, y: bigint } | undefined

/** A multiple of the curve's generator: the public key of that number. */
function ofGenerator(on: Curve & { openssl: string }, by: bigint): Point {
  const ecdh = createECDH(on.openssl)
  ecdh.setPrivateKey(bytesOf(on, by))
  const point = ecdh.getPublicKey()
  return { x: numberOf(point.subarray(1, 1 + widthOf(on))), y: numberOf(point.subarray(1 + widthOf(on))) }
}

/**
 * A multiple of a public key, from what OpenSSL's key agreement gives: the x coordinate. The y beside it is a square root; which of the two, the multiple
 * that is one larger tells. All four fields have roots of this simple form.
 */
function ofKey(on: Curve & { openssl: string }, by: bigint, q: { x: bigint, y: bigint }): Point {
  const { p, n, a } = on
  if (by === n - 1n) return { x: q.x, y: mod(-q.y, p) }
  const x = sharedX(on, by, q)
  const b = q.y * q.y - q.x * q.x * q.x - a * q.x
  const y = power(mod(x * x * x + a * x + b, p), (p + 1n) / 4n, p)
  const point = { x, y }
  return add(on, point, q)?.x === sharedX(on, by + 1n, q) ? point : { x, y: mod(-y, p) }
}

function sharedX(on: Curve & { openssl: string }, by: bigint, { x, y }: { x: bigint, y: bigint }): bigint {
  const ecdh = createECDH(on.openssl)
  ecdh.setPrivateKey(bytesOf(on, by))
  return numberOf(ecdh.computeSecret(Buffer.concat([Buffer.from([4]), bytesOf(on, x), bytesOf(on, y)])))
}

const widthOf = ({ p }: Curve): number => Math.ceil(p.toString(16).length / 2)
const bytesOf = (on: Curve, number: bigint): Buffer => Buffer.from(number.toString(16).padStart(widthOf(on) * 2, '0'), 'hex')

function power(base: bigint, exponent: bigint, by: bigint): bigint {
  let result = 1n
  for (let square = base, left = exponent; left > 0n; left >>= 1n, square = square * square % by) if (left & 1n) result = result * square % by
  return result
}

function add({ p, a }: Curve, one: Point, other: Point): Point {
  if (!one || !other) return one ?? other
  if (one.x === other.x && mod(one.y + other.y, p) === 0n) return undefined
  const slope = one.x === other.x ? (3n * one.x * one.x + a) * inverse(2n * one.y, p) : (other.y - one.y) * inverse(other.x - one.x, p)
  const x = mod(slope * slope - one.x - other.x, p)
  return { x, y: mod(slope * (one.x - x) - one.y, p) }
}

/** Euclid's algorithm, extended. */
function inverse(value: bigint, by: bigint): bigint {
  let [low, high, a, b] = [mod(value, by), by, 1n, 0n]
  while (low > 1n) {
    const ratio = high / low
    ;[low, high, a, b] = [high - ratio * low, low, b - ratio * a, a]
  }
  return mod(a, by)
}

/** A sequence of two integers, DER. */
function derOf(numbers: readonly bigint[]): number[] {
  const parts = numbers.flatMap(number => {
    const hex = number.toString(16)
    const bytes = [...Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')]
    if (bytes[0]! >= 0x80) bytes.unshift(0)
    return [2, bytes.length, ...bytes]
  })
  return [0x30, ...parts.length < 0x80 ? [parts.length] : [0x81, parts.length], ...parts]
}

function numbersOf(der: Buffer): [bigint, bigint] | undefined {
  let at = der[1] === 0x81 ? 3 : 2
  if (der[0] !== 0x30 || der.length !== at + der[at - 1]!) return undefined
  const numbers: bigint[] = []
  while (at < der.length) {
    const length = der[at + 1]!
    if (der[at] !== 2 || !length || at + 2 + length > der.length) return undefined
    numbers.push(numberOf(der.subarray(at + 2, at + 2 + length)))
    at += 2 + length
  }
  return numbers.length === 2 ? [numbers[0]!, numbers[1]!] : undefined
}
