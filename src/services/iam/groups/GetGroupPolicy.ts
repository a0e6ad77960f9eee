import { getInline } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Answers an inline policy of a group, percent-encoded. */
export async function GetGroupPolicy(iam: Iam, input: Input<'GetGroupPolicy'>): Output<'GetGroupPolicy'> {
  return { GroupName: input.GroupName, ...await getInline(iam, 'group', input.GroupName, input.PolicyName) }
}
