import type { EncryptionAlgorithmSpec } from '@aws-sdk/client-kms'
import { IncorrectKeyException, InvalidCiphertextException, ValidationException, type Kms } from '../state.ts'
import { checkUsable, keyAt, type FoundKey } from '../keys/key.ts'
import { decryptRsa, encryptRsa, type OaepAlgorithm } from './asymmetric.ts'
import { arnOfBlob, decryptBlob, encryptBlob, keyOfBlob } from './blob.ts'
import { checkAlgorithm } from './use.ts'

type Context = Record<string, string> | undefined

/** What Encrypt and ReEncrypt do. The caller has checked the key's usage. */
export function encryptUnder(kms: Kms, key: FoundKey, bytes: Uint8Array, algorithm: EncryptionAlgorithmSpec, context: Context): Uint8Array {
  checkAlgorithm(key, 'encryption', algorithm)
  if (algorithm === 'SYMMETRIC_DEFAULT') return new Uint8Array(encryptBlob(kms, key.row, bytes, context))
  if (context && Object.keys(context).length > 0) throw new ValidationException('EncryptionContext is not supported by asymmetric keys.')
  return new Uint8Array(encryptRsa(key.row, algorithm as OaepAlgorithm, bytes))
}

/** The key that shall open a ciphertext: the one that is named, or that the ciphertext names. Throws IncorrectKeyException where they differ. */
export async function keyToOpen(kms: Kms, keyId: string | undefined, blob: Uint8Array, algorithm: EncryptionAlgorithmSpec): Promise<FoundKey> {
  if (algorithm !== 'SYMMETRIC_DEFAULT' && keyId === undefined) throw new ValidationException('A key ID must be specified for asymmetric algorithms.')
  const key = keyId === undefined ? await keyOfBlob(kms, blob) : await keyAt(kms, keyId)
  const named = algorithm === 'SYMMETRIC_DEFAULT' ? arnOfBlob(kms, blob) : key.row.arn
  if (named === undefined) throw new InvalidCiphertextException('')
  if (named !== key.row.arn) throw new IncorrectKeyException('The key ID in the request does not identify a CMK that can perform this operation.')
  checkUsable(key.row)
  return key
}

export function openWith(
  kms: Kms, key: FoundKey, blob: Uint8Array, algorithm: EncryptionAlgorithmSpec, context: Context
): { bytes: Buffer, materialId?: string } {
  checkAlgorithm(key, 'encryption', algorithm)
  if (algorithm === 'SYMMETRIC_DEFAULT') return decryptBlob(kms, key.row, blob, context)
  return { bytes: decryptRsa(kms, key.row, algorithm as OaepAlgorithm, blob) }
}
