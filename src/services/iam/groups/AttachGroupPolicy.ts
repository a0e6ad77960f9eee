import { attach } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Attaches a managed policy to a group; one that is attached already is no error. */
export async function AttachGroupPolicy(iam: Iam, input: Input<'AttachGroupPolicy'>): Output<'AttachGroupPolicy'> {
  await attach(iam, 'group', input.GroupName, input.PolicyArn)
  return {}
}
