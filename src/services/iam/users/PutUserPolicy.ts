import { putInline } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Writes an inline policy of a user, or replaces it. */
export async function PutUserPolicy(iam: Iam, input: Input<'PutUserPolicy'>): Output<'PutUserPolicy'> {
  await putInline(iam, 'user', input.UserName, input.PolicyName, input.PolicyDocument)
  return {}
}
