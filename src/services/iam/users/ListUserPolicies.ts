import { listInline } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Lists the names of a user's inline policies. */
export async function ListUserPolicies(iam: Iam, input: Input<'ListUserPolicies'>): Output<'ListUserPolicies'> {
  return await listInline(iam, 'user', input.UserName, input)
}
