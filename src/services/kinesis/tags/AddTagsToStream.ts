import type { Input, Kinesis } from '../state.ts'
import { addTags, taggedStream } from './tagged.ts'

/** Adds tags to a stream, or overwrites them. */
export async function AddTagsToStream(kinesis: Kinesis, input: Input<'AddTagsToStream'>): Promise<object> {
  await addTags(await taggedStream(kinesis, input), input.Tags!)
  return {}
}
