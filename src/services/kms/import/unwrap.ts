import { constants, createDecipheriv, createPrivateKey, privateDecrypt } from 'node:crypto'
import { InvalidCiphertextException } from '../state.ts'

/** The wrapping algorithms: RSA alone, or RSA of an AES key that wraps the material (RFC 5649). */
export const wrappings: Record<string, { hash: string, aes: boolean }> = {
  RSAES_OAEP_SHA_1: { hash: 'sha1', aes: false }, RSAES_OAEP_SHA_256: { hash: 'sha256', aes: false },
  RSA_AES_KEY_WRAP_SHA_1: { hash: 'sha1', aes: true }, RSA_AES_KEY_WRAP_SHA_256: { hash: 'sha256', aes: true },
}

/** The material that was wrapped. Throws InvalidCiphertextException. */
export function unwrap(privateKey: Uint8Array, algorithm: string, wrapped: Uint8Array): Buffer {
  const { hash, aes } = wrappings[algorithm]!
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' })
  const rsaBytes = key.asymmetricKeyDetails!.modulusLength! / 8
  try {
    const opened = privateDecrypt({ key, oaepHash: hash, padding: constants.RSA_PKCS1_OAEP_PADDING }, aes ? wrapped.subarray(0, rsaBytes) : wrapped)
    if (!aes) return opened
    const decipher = createDecipheriv('id-aes256-wrap-pad', opened, Buffer.from('A65959A6', 'hex'))
    return Buffer.concat([decipher.update(wrapped.subarray(rsaBytes)), decipher.final()])
  } catch {
    throw new InvalidCiphertextException('')
  }
}
