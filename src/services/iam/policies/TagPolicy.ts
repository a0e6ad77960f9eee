import { checkedTags } from '../entities.ts'
import { ownPolicy } from '../own-policy.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Adds tags to a managed policy; a tag of the same key is replaced. */
export async function TagPolicy(iam: Iam, input: Input<'TagPolicy'>): Output<'TagPolicy'> {
  const row = await ownPolicy(iam, input.PolicyArn)
  await iam.tables.policies.put({ ...row, tags: checkedTags(input.Tags, row.tags) })
  return {}
}
