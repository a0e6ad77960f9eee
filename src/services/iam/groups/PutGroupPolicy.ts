import { putInline } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Writes an inline policy of a group, or replaces it. */
export async function PutGroupPolicy(iam: Iam, input: Input<'PutGroupPolicy'>): Output<'PutGroupPolicy'> {
  await putInline(iam, 'group', input.GroupName, input.PolicyName, input.PolicyDocument)
  return {}
}
