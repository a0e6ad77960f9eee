import { tagsToList } from '../../../platform/tags.ts'
import { entity } from '../entities.ts'
import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Lists the tags of a role. */
export async function ListRoleTags(iam: Iam, input: Input<'ListRoleTags'>): Output<'ListRoleTags'> {
  const row = await entity(iam, 'role', input.RoleName)
  const { page, next } = pageBy(`tags ${row.id}`, tagsToList(row.tags), input, tag => tag.Key)
  return { Tags: page, ...next }
}
