import { tagsToList } from '../../../platform/tags.ts'
import type { Ecr, Input, Output } from '../state.ts'
import { taggedRepository } from './tagged.ts'

/** The tags of a repository. */
export async function ListTagsForResource(ecr: Ecr, input: Input<'ListTagsForResource'>): Promise<Output<'ListTagsForResource'>> {
  return { tags: tagsToList((await taggedRepository(ecr, input.resourceArn!)).tags) }
}
