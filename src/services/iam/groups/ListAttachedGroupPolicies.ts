import { listAttached } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Lists the managed policies attached to a group. */
export async function ListAttachedGroupPolicies(iam: Iam, input: Input<'ListAttachedGroupPolicies'>): Output<'ListAttachedGroupPolicies'> {
  return await listAttached(iam, 'group', input.GroupName, input)
}
