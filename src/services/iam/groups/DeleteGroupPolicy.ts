import { deleteInline } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Deletes an inline policy of a group. */
export async function DeleteGroupPolicy(iam: Iam, input: Input<'DeleteGroupPolicy'>): Output<'DeleteGroupPolicy'> {
  await deleteInline(iam, 'group', input.GroupName, input.PolicyName)
  return {}
}
