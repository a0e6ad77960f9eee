import type { Input, Kms, Output } from '../state.ts'
import { dataKeyPair } from './data-key.ts'

/** A new key pair for the caller's own use, and its private key encrypted. */
export async function GenerateDataKeyPair(kms: Kms, input: Input<'GenerateDataKeyPair'>): Promise<Output<'GenerateDataKeyPair'>> {
  return dataKeyPair(kms, input)
}
