import { getInline } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Answers an inline policy of a role, percent-encoded. */
export async function GetRolePolicy(iam: Iam, input: Input<'GetRolePolicy'>): Output<'GetRolePolicy'> {
  return { RoleName: input.RoleName, ...await getInline(iam, 'role', input.RoleName, input.PolicyName) }
}
