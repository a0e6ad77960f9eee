import { getInline } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Answers an inline policy of a user, percent-encoded. */
export async function GetUserPolicy(iam: Iam, input: Input<'GetUserPolicy'>): Output<'GetUserPolicy'> {
  return { UserName: input.UserName, ...await getInline(iam, 'user', input.UserName, input.PolicyName) }
}
