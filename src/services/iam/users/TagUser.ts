import { checkedTags, entity } from '../entities.ts'
import { save } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Adds tags to a user; a tag of the same key is replaced. */
export async function TagUser(iam: Iam, input: Input<'TagUser'>): Output<'TagUser'> {
  const row = await entity(iam, 'user', input.UserName)
  await save(iam, 'user', { ...row, tags: checkedTags(input.Tags, row.tags) })
  return {}
}
