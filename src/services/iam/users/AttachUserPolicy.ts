import { attach } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Attaches a managed policy to a user; one that is attached already is no error. */
export async function AttachUserPolicy(iam: Iam, input: Input<'AttachUserPolicy'>): Output<'AttachUserPolicy'> {
  await attach(iam, 'user', input.UserName, input.PolicyArn)
  return {}
}
