import { UnsupportedOperationException, type Input, type Kms, type Output } from '../state.ts'
import { requiredBlob } from './blob.ts'
import { keyToOpen, openWith } from './cipher.ts'
import { checkOptions } from './use.ts'

/** Opens what a key encrypted. A symmetric ciphertext names its key, and needs the encryption context that it was made with. */
export async function Decrypt(kms: Kms, input: Input<'Decrypt'>): Promise<Output<'Decrypt'>> {
  if (input.DryRunModifiers?.length) throw new UnsupportedOperationException('DryRunModifiers is not supported by Fogbank.')
  const algorithm = input.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT'
  const blob = requiredBlob(input.CiphertextBlob)
  const key = await keyToOpen(kms, input.KeyId, blob, algorithm)
  const { bytes, materialId } = openWith(kms, key, blob, algorithm, input.EncryptionContext)
  checkOptions(input)
  return { KeyId: key.row.arn, Plaintext: new Uint8Array(bytes), EncryptionAlgorithm: algorithm, ...materialId && { KeyMaterialId: materialId } }
}
