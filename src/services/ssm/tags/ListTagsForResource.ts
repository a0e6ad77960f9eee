import { tagsToList } from '../../../platform/tags.ts'
import type { Input, Output, Ssm } from '../state.ts'
import { taggedParameter } from './tagged.ts'

/** The tags of a parameter. */
export async function ListTagsForResource(ssm: Ssm, input: Input<'ListTagsForResource'>): Promise<Output<'ListTagsForResource'>> {
  return { TagList: tagsToList((await taggedParameter(ssm, input)).tags) }
}
