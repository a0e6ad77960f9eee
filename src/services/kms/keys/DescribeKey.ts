import type { Input, Kms, Output } from '../state.ts'
import { keyAt } from './key.ts'
import { metadataOf } from './metadata.ts'

/** What is known of a key. */
export async function DescribeKey(kms: Kms, input: Input<'DescribeKey'>): Promise<Output<'DescribeKey'>> {
  return { KeyMetadata: metadataOf((await keyAt(kms, input.KeyId!)).row) }
}
