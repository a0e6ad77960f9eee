import { checkedTags, entity } from '../entities.ts'
import { save } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Adds tags to a role; a tag of the same key is replaced. */
export async function TagRole(iam: Iam, input: Input<'TagRole'>): Output<'TagRole'> {
  const row = await entity(iam, 'role', input.RoleName)
  await save(iam, 'role', { ...row, tags: checkedTags(input.Tags, row.tags) })
  return {}
}
