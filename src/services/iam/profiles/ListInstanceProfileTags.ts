import { tagsToList } from '../../../platform/tags.ts'
import { profile } from '../entities.ts'
import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Lists the tags of an instance profile. */
export async function ListInstanceProfileTags(iam: Iam, input: Input<'ListInstanceProfileTags'>): Output<'ListInstanceProfileTags'> {
  const row = await profile(iam, input.InstanceProfileName)
  const { page, next } = pageBy(`tags ${row.id}`, tagsToList(row.tags), input, tag => tag.Key)
  return { Tags: page, ...next }
}
