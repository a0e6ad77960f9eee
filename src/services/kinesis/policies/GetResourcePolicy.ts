import type { Input, Kinesis, Output } from '../state.ts'
import { policyHolder } from './policy.ts'

/** The policy of a stream or consumer; an empty one where it has none. */
export async function GetResourcePolicy(kinesis: Kinesis, input: Input<'GetResourcePolicy'>): Promise<Output<'GetResourcePolicy'>> {
  return { Policy: (await policyHolder(kinesis, input.ResourceARN!)).policy ?? '{}' }
}
