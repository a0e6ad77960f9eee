import { deleteInline } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Deletes an inline policy of a user. */
export async function DeleteUserPolicy(iam: Iam, input: Input<'DeleteUserPolicy'>): Output<'DeleteUserPolicy'> {
  await deleteInline(iam, 'user', input.UserName, input.PolicyName)
  return {}
}
