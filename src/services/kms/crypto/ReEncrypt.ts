import { UnsupportedOperationException, type Input, type Kms, type Output } from '../state.ts'
import { keyRequest } from '../authorization.ts'
import { requiredBlob } from './blob.ts'
import { encryptUnder, keyToOpen, openWith } from './cipher.ts'
import { materialOf } from '../keys/material.ts'
import { checkOptions, usableKey } from './use.ts'

/** Opens a ciphertext and encrypts it anew, under another key or context: the plaintext never leaves KMS. */
export async function ReEncrypt(kms: Kms, input: Input<'ReEncrypt'>): Promise<Output<'ReEncrypt'>> {
  if (input.DryRunModifiers?.length) throw new UnsupportedOperationException('DryRunModifiers is not supported by Fogbank.')
  const { SourceEncryptionAlgorithm: from = 'SYMMETRIC_DEFAULT', DestinationEncryptionAlgorithm: to = 'SYMMETRIC_DEFAULT' } = input
  const blob = requiredBlob(input.CiphertextBlob)
  const source = await keyToOpen(kms, input.SourceKeyId, blob, from)
  await kms.authorize(await keyRequest(kms, source, 'kms:ReEncryptFrom', { EncryptionContext: input.SourceEncryptionContext, EncryptionAlgorithm: from }))
  const target = await usableKey(kms, input.DestinationKeyId!, 'ENCRYPT_DECRYPT')
  await kms.authorize(await keyRequest(kms, target, 'kms:ReEncryptTo', { EncryptionContext: input.DestinationEncryptionContext, EncryptionAlgorithm: to }))
  const opened = openWith(kms, source, blob, from, input.SourceEncryptionContext)
  const CiphertextBlob = encryptUnder(kms, target, opened.bytes, to, input.DestinationEncryptionContext)
  checkOptions(input)
  return {
    CiphertextBlob, SourceKeyId: source.row.arn, KeyId: target.row.arn, SourceEncryptionAlgorithm: from, DestinationEncryptionAlgorithm: to,
    ...opened.materialId && { SourceKeyMaterialId: opened.materialId },
    ...to === 'SYMMETRIC_DEFAULT' && { DestinationKeyMaterialId: materialOf(kms, target.row)!.id },
  }
}
