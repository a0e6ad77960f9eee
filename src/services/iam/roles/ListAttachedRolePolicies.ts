import { listAttached } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Lists the managed policies attached to a role. */
export async function ListAttachedRolePolicies(iam: Iam, input: Input<'ListAttachedRolePolicies'>): Output<'ListAttachedRolePolicies'> {
  return await listAttached(iam, 'role', input.RoleName, input)
}
