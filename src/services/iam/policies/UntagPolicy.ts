import { withoutTags } from '../entities.ts'
import { ownPolicy } from '../own-policy.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Takes tags from a managed policy; a key it has not is no error. */
export async function UntagPolicy(iam: Iam, input: Input<'UntagPolicy'>): Output<'UntagPolicy'> {
  const row = await ownPolicy(iam, input.PolicyArn)
  await iam.tables.policies.put({ ...row, tags: withoutTags(row.tags, input.TagKeys) })
  return {}
}
