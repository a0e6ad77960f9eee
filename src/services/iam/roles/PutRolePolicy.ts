import { putInline } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Writes an inline policy of a role, or replaces it. */
export async function PutRolePolicy(iam: Iam, input: Input<'PutRolePolicy'>): Output<'PutRolePolicy'> {
  await putInline(iam, 'role', input.RoleName, input.PolicyName, input.PolicyDocument)
  return {}
}
