import { UnsupportedOperationException, type Input, type Kms, type Output } from '../state.ts'
import { checkUsable, keyAt } from './key.ts'
import { metadataOf } from './metadata.ts'

/** The public key of an asymmetric key, as SubjectPublicKeyInfo. */
export async function GetPublicKey(kms: Kms, input: Input<'GetPublicKey'>): Promise<Output<'GetPublicKey'>> {
  const { row } = await keyAt(kms, input.KeyId!)
  checkUsable(row)
  if (!row.publicKey) throw new UnsupportedOperationException(`${row.arn} is not an asymmetric key.`)
  const { EncryptionAlgorithms, SigningAlgorithms, KeyAgreementAlgorithms, CustomerMasterKeySpec, KeySpec, KeyUsage } = metadataOf(row)
  return {
    KeyId: row.arn, PublicKey: row.publicKey, CustomerMasterKeySpec, KeySpec, KeyUsage, ...EncryptionAlgorithms && { EncryptionAlgorithms },
    ...SigningAlgorithms && { SigningAlgorithms }, ...KeyAgreementAlgorithms && { KeyAgreementAlgorithms },
  }
}
