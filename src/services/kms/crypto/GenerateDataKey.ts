import type { Input, Kms, Output } from '../state.ts'
import { dataKey } from './data-key.ts'

/** A new key for the caller's own encryption, and the same encrypted. */
export async function GenerateDataKey(kms: Kms, input: Input<'GenerateDataKey'>): Promise<Output<'GenerateDataKey'>> {
  return dataKey(kms, input)
}
