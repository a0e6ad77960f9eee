import type { Input, Kinesis } from '../state.ts'
import { removeTags, taggedByArn } from './tagged.ts'

/** Removes tags from a stream or consumer. */
export async function UntagResource(kinesis: Kinesis, input: Input<'UntagResource'>): Promise<object> {
  await removeTags(await taggedByArn(kinesis, input.ResourceARN!), input.TagKeys!)
  return {}
}
