import { tagsToList } from '../../../platform/tags.ts'
import type { Input, Output, Sns } from '../state.ts'
import { taggedTopic } from './tagged.ts'

/** The tags of a topic. Errors: ResourceNotFound. */
export async function ListTagsForResource(sns: Sns, input: Input<'ListTagsForResource'>): Promise<Output<'ListTagsForResource'>> {
  return { Tags: tagsToList((await taggedTopic(sns, input.ResourceArn)).topic.tags) }
}
