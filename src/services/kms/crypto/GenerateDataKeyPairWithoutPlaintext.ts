import type { Input, Kms, Output } from '../state.ts'
import { dataKeyPair } from './data-key.ts'

/** A new key pair whose private key is encrypted only. */
export async function GenerateDataKeyPairWithoutPlaintext(
  kms: Kms, input: Input<'GenerateDataKeyPairWithoutPlaintext'>
): Promise<Output<'GenerateDataKeyPairWithoutPlaintext'>> {
  const { PrivateKeyPlaintext: _, ...rest } = await dataKeyPair(kms, input)
  return rest
}
