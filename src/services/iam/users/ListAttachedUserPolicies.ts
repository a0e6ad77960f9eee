import { listAttached } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Lists the managed policies attached to a user. */
export async function ListAttachedUserPolicies(iam: Iam, input: Input<'ListAttachedUserPolicies'>): Output<'ListAttachedUserPolicies'> {
  return await listAttached(iam, 'user', input.UserName, input)
}
