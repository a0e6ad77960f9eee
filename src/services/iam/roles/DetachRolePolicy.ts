import { detach } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Detaches a managed policy from a role. */
export async function DetachRolePolicy(iam: Iam, input: Input<'DetachRolePolicy'>): Output<'DetachRolePolicy'> {
  await detach(iam, 'role', input.RoleName, input.PolicyArn)
  return {}
}
