import type { Input, Kinesis } from '../state.ts'
import { addTags, taggedByArn } from './tagged.ts'

/** Adds tags to a stream or consumer, or overwrites them. */
export async function TagResource(kinesis: Kinesis, input: Input<'TagResource'>): Promise<object> {
  await addTags(await taggedByArn(kinesis, input.ResourceARN!), input.Tags!)
  return {}
}
