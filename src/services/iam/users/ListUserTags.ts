import { tagsToList } from '../../../platform/tags.ts'
import { entity } from '../entities.ts'
import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Lists the tags of a user. */
export async function ListUserTags(iam: Iam, input: Input<'ListUserTags'>): Output<'ListUserTags'> {
  const row = await entity(iam, 'user', input.UserName)
  const { page, next } = pageBy(`tags ${row.id}`, tagsToList(row.tags), input, tag => tag.Key)
  return { Tags: page, ...next }
}
