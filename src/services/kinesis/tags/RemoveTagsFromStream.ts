import type { Input, Kinesis } from '../state.ts'
import { removeTags, taggedStream } from './tagged.ts'

/** Removes tags from a stream. */
export async function RemoveTagsFromStream(kinesis: Kinesis, input: Input<'RemoveTagsFromStream'>): Promise<object> {
  await removeTags(await taggedStream(kinesis, input), input.TagKeys!)
  return {}
}
