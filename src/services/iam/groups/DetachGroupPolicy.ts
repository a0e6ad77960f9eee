import { detach } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Detaches a managed policy from a group. */
export async function DetachGroupPolicy(iam: Iam, input: Input<'DetachGroupPolicy'>): Output<'DetachGroupPolicy'> {
  await detach(iam, 'group', input.GroupName, input.PolicyArn)
  return {}
}
