import { profile, withoutTags } from '../entities.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Takes tags from an instance profile; a key it has not is no error. */
export async function UntagInstanceProfile(iam: Iam, input: Input<'UntagInstanceProfile'>): Output<'UntagInstanceProfile'> {
  const row = await profile(iam, input.InstanceProfileName)
  await iam.tables.profiles.put({ ...row, tags: withoutTags(row.tags, input.TagKeys) })
  return {}
}
