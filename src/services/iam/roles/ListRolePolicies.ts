import { listInline } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Lists the names of a role's inline policies. */
export async function ListRolePolicies(iam: Iam, input: Input<'ListRolePolicies'>): Output<'ListRolePolicies'> {
  return await listInline(iam, 'role', input.RoleName, input)
}
