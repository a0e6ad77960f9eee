import { constants, createHash, privateEncrypt, publicDecrypt, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto'

// RSASSA-PSS over a digest that the caller has made: Node signs messages only. RFC 8017, sections 9.1.1 and 9.1.2; the salt is as long as the digest.

/** The signature of a digest made with `hash`. */
export function signPss(privateKey: KeyObject, hash: string, digest: Uint8Array): Buffer {
  const bits = privateKey.asymmetricKeyDetails!.modulusLength! - 1
  const length = Math.ceil(bits / 8)
  const salt = randomBytes(digest.length)
  const h = createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest()
  const block = Buffer.concat([Buffer.alloc(length - h.length - salt.length - 2), Buffer.from([1]), salt])
  const masked = xor(block, mask(hash, h, block.length))
  masked[0]! &= 0xff >> (8 * length - bits)
  return privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, padded(Buffer.concat([masked, h, Buffer.from([0xbc])]), privateKey))
}

/** Whether a signature is one of the digest. */
export function verifyPss(publicKey: KeyObject, hash: string, digest: Uint8Array, signature: Uint8Array): boolean {
  const bits = publicKey.asymmetricKeyDetails!.modulusLength! - 1
  const length = Math.ceil(bits / 8)
  let opened: Buffer
  try {
    opened = publicDecrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, signature)
  } catch {
    return false
  }
  const message = opened.subarray(opened.length - length)
  const blockLength = length - digest.length - 1
  const [masked, h] = [message.subarray(0, blockLength), message.subarray(blockLength, -1)]
  if (message.at(-1) !== 0xbc) return false
  const block = xor(masked, mask(hash, h, blockLength))
  block[0]! &= 0xff >> (8 * length - bits)
  const saltAt = blockLength - digest.length
  if (block.subarray(0, saltAt - 1).some(byte => byte !== 0) || block[saltAt - 1] !== 1) return false
  const expected = createHash(hash).update(Buffer.alloc(8)).update(digest).update(block.subarray(saltAt)).digest()
  return timingSafeEqual(expected, h)
}

/** MGF1. */
function mask(hash: string, seed: Uint8Array, length: number): Buffer {
  const parts: Buffer[] = []
  for (let counter = 0, made = 0; made < length; counter++) {
    const number = Buffer.alloc(4)
    number.writeUInt32BE(counter)
    const part = createHash(hash).update(seed).update(number).digest()
    parts.push(part)
    made += part.length
  }
  return Buffer.concat(parts).subarray(0, length)
}

const xor = (one: Uint8Array, other: Uint8Array): Buffer => Buffer.from(one.map((byte, at) => byte ^ other[at]!))

const padded = (bytes: Buffer, key: KeyObject): Buffer => {
  const length = key.asymmetricKeyDetails!.modulusLength! / 8
  return bytes.length === length ? bytes : Buffer.concat([Buffer.alloc(length - bytes.length), bytes])
}
