import { checkedTags, profile } from '../entities.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Adds tags to an instance profile; a tag of the same key is replaced. */
export async function TagInstanceProfile(iam: Iam, input: Input<'TagInstanceProfile'>): Output<'TagInstanceProfile'> {
  const row = await profile(iam, input.InstanceProfileName)
  await iam.tables.profiles.put({ ...row, tags: checkedTags(input.Tags, row.tags) })
  return {}
}
