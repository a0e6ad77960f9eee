import { ResourceNotFoundException, type Input, type Kinesis } from '../state.ts'
import { policyHolder } from './policy.ts'

/** Detaches the policy of a stream or consumer. */
export async function DeleteResourcePolicy(kinesis: Kinesis, input: Input<'DeleteResourcePolicy'>): Promise<object> {
  const holder = await policyHolder(kinesis, input.ResourceARN!)
  if (holder.policy === undefined) throw new ResourceNotFoundException(`No resource policy found for ${input.ResourceARN}.`)
  await holder.write(undefined)
  return {}
}
