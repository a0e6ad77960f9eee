import { listInline } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Lists the names of a group's inline policies. */
export async function ListGroupPolicies(iam: Iam, input: Input<'ListGroupPolicies'>): Output<'ListGroupPolicies'> {
  return await listInline(iam, 'group', input.GroupName, input)
}
