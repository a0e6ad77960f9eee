import { detach } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Detaches a managed policy from a user. */
export async function DetachUserPolicy(iam: Iam, input: Input<'DetachUserPolicy'>): Output<'DetachUserPolicy'> {
  await detach(iam, 'user', input.UserName, input.PolicyArn)
  return {}
}
