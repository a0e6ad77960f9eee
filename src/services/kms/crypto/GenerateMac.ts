import type { Input, Kms, Output } from '../state.ts'
import { macOf } from './mac.ts'
import { checkOptions, usableKey } from './use.ts'

/** The authentication code of a message. */
export async function GenerateMac(kms: Kms, input: Input<'GenerateMac'>): Promise<Output<'GenerateMac'>> {
  const key = await usableKey(kms, input.KeyId!, 'GENERATE_VERIFY_MAC')
  const Mac = new Uint8Array(macOf(kms, key, input.MacAlgorithm!, input.Message!))
  checkOptions(input)
  return { Mac, MacAlgorithm: input.MacAlgorithm, KeyId: key.row.arn }
}
