import { entity, withoutTags } from '../entities.ts'
import { save } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Takes tags from a role; a key it has not is no error. */
export async function UntagRole(iam: Iam, input: Input<'UntagRole'>): Output<'UntagRole'> {
  const row = await entity(iam, 'role', input.RoleName)
  await save(iam, 'role', { ...row, tags: withoutTags(row.tags, input.TagKeys) })
  return {}
}
