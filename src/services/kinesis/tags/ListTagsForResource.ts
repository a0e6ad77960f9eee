import { tagsToList } from '../../../platform/tags.ts'
import type { Input, Kinesis, Output } from '../state.ts'
import { taggedByArn } from './tagged.ts'

/** The tags of a stream or consumer. */
export async function ListTagsForResource(kinesis: Kinesis, input: Input<'ListTagsForResource'>): Promise<Output<'ListTagsForResource'>> {
  return { Tags: tagsToList((await taggedByArn(kinesis, input.ResourceARN!)).tags) }
}
