import type { Input, Kms, Output } from '../state.ts'
import { dataKey } from './data-key.ts'

/** A new data key, encrypted only. */
export async function GenerateDataKeyWithoutPlaintext(
  kms: Kms, input: Input<'GenerateDataKeyWithoutPlaintext'>
): Promise<Output<'GenerateDataKeyWithoutPlaintext'>> {
  const { Plaintext: _, ...rest } = await dataKey(kms, input)
  return rest
}
