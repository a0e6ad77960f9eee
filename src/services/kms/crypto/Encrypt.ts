import type { Input, Kms, Output } from '../state.ts'
import { encryptUnder } from './cipher.ts'
import { checkOptions, usableKey } from './use.ts'

/** Encrypts up to 4,096 bytes under a key. */
export async function Encrypt(kms: Kms, input: Input<'Encrypt'>): Promise<Output<'Encrypt'>> {
  const algorithm = input.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT'
  const key = await usableKey(kms, input.KeyId!, 'ENCRYPT_DECRYPT')
  const CiphertextBlob = encryptUnder(kms, key, input.Plaintext!, algorithm, input.EncryptionContext)
  checkOptions(input)
  return { CiphertextBlob, KeyId: key.row.arn, EncryptionAlgorithm: algorithm }
}
