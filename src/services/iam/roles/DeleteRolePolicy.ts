import { deleteInline } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Deletes an inline policy of a role. */
export async function DeleteRolePolicy(iam: Iam, input: Input<'DeleteRolePolicy'>): Output<'DeleteRolePolicy'> {
  await deleteInline(iam, 'role', input.RoleName, input.PolicyName)
  return {}
}
