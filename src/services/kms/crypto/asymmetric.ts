import { constants, createPrivateKey, privateDecrypt, publicEncrypt, type KeyObject } from 'node:crypto'
import { InvalidCiphertextException, ValidationException, type KeyRow, type Kms } from '../state.ts'
import { materialOf, publicKeyOf } from '../keys/material.ts'
import { specOf } from '../keys/specs.ts'

const oaep = { RSAES_OAEP_SHA_1: { hash: 'sha1', bytes: 20 }, RSAES_OAEP_SHA_256: { hash: 'sha256', bytes: 32 } }
export type OaepAlgorithm = keyof typeof oaep

export const privateKeyOf = (kms: Kms, row: KeyRow): KeyObject =>
  createPrivateKey({ key: materialOf(kms, row)!.bytes, format: 'der', type: 'pkcs8' })

/** RSA encryption; the plaintext may be as long as the padding leaves room. */
export function encryptRsa(row: KeyRow, algorithm: OaepAlgorithm, bytes: Uint8Array): Buffer {
  const { hash, bytes: hashBytes } = oaep[algorithm]
  const most = specOf(row).bits! / 8 - 2 * hashBytes - 2
  if (bytes.length > most) throw new ValidationException(`Algorithm ${algorithm} and key spec ${row.spec} cannot encrypt data larger than ${most} bytes.`)
  return publicEncrypt({ key: publicKeyOf(row), oaepHash: hash, padding: constants.RSA_PKCS1_OAEP_PADDING }, bytes)
}

export function decryptRsa(kms: Kms, row: KeyRow, algorithm: OaepAlgorithm, bytes: Uint8Array): Buffer {
  try {
    return privateDecrypt({ key: privateKeyOf(kms, row), oaepHash: oaep[algorithm].hash, padding: constants.RSA_PKCS1_OAEP_PADDING }, bytes)
  } catch {
    throw new InvalidCiphertextException('')
  }
}
