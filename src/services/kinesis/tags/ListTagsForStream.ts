import { tagsToList } from '../../../platform/tags.ts'
import type { Input, Kinesis, Output } from '../state.ts'
import { taggedStream } from './tagged.ts'

/** The tags of a stream by key, in pages. */
export async function ListTagsForStream(kinesis: Kinesis, input: Input<'ListTagsForStream'>): Promise<Output<'ListTagsForStream'>> {
  const after = input.ExclusiveStartTagKey ?? ''
  const tags = tagsToList((await taggedStream(kinesis, input)).tags).filter(tag => tag.Key > after)
  const limit = input.Limit ?? tags.length
  return { Tags: tags.slice(0, limit), HasMoreTags: tags.length > limit }
}
