import { tagsToList } from '../../../platform/tags.ts'
import type { Events, Input, Output } from '../state.ts'
import { tagged } from './tagged.ts'

/** The tags of a rule or a bus. */
export async function ListTagsForResource(events: Events, input: Input<'ListTagsForResource'>): Promise<Output<'ListTagsForResource'>> {
  return { Tags: tagsToList((await tagged(events, input.ResourceARN!)).tags) }
}
