import { entity, withoutTags } from '../entities.ts'
import { save } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Takes tags from a user; a key it has not is no error. */
export async function UntagUser(iam: Iam, input: Input<'UntagUser'>): Output<'UntagUser'> {
  const row = await entity(iam, 'user', input.UserName)
  await save(iam, 'user', { ...row, tags: withoutTags(row.tags, input.TagKeys) })
  return {}
}
