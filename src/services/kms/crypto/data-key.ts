import { randomBytes } from 'node:crypto'
import { UnsupportedOperationException, ValidationException, type Input, type Kms } from '../state.ts'
import { materialOf, newKeyPair } from '../keys/material.ts'
import { specs } from '../keys/specs.ts'
import { encryptBlob } from './blob.ts'
import { checkOptions, usableKey } from './use.ts'

/** A data key, in the clear and encrypted. */
export async function dataKey(kms: Kms, input: Input<'GenerateDataKey'>) {
  const { KeySpec: spec, NumberOfBytes: count } = input
  if ((spec === undefined) === (count === undefined)) throw new ValidationException('Please specify either number of bytes or key spec.')
  const { row } = await usableKey(kms, input.KeyId!, 'ENCRYPT_DECRYPT', { symmetric: true })
  checkOptions(input)
  const Plaintext = new Uint8Array(randomBytes(count ?? (spec === 'AES_256' ? 32 : 16)))
  return {
    CiphertextBlob: new Uint8Array(encryptBlob(kms, row, Plaintext, input.EncryptionContext)), Plaintext, KeyId: row.arn,
    KeyMaterialId: materialOf(kms, row)!.id,
  }
}

/** A key pair, its private key in the clear and encrypted. */
export async function dataKeyPair(kms: Kms, input: Input<'GenerateDataKeyPair'>) {
  const pairSpec = input.KeyPairSpec!
  const spec = specs[pairSpec]
  if (!spec) throw new UnsupportedOperationException(`The key pair spec ${pairSpec} is not supported by Fogbank.`)
  const { row } = await usableKey(kms, input.KeyId!, 'ENCRYPT_DECRYPT', { symmetric: true })
  checkOptions(input)
  const { privateKey, publicKey } = await newKeyPair(spec)
  return {
    PrivateKeyCiphertextBlob: new Uint8Array(encryptBlob(kms, row, privateKey, input.EncryptionContext)), PrivateKeyPlaintext: new Uint8Array(privateKey),
    PublicKey: new Uint8Array(publicKey), KeyId: row.arn, KeyPairSpec: pairSpec, KeyMaterialId: materialOf(kms, row)!.id,
  }
}
