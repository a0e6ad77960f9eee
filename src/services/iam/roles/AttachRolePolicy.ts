import { attach } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Attaches a managed policy to a role; one that is attached already is no error. */
export async function AttachRolePolicy(iam: Iam, input: Input<'AttachRolePolicy'>): Output<'AttachRolePolicy'> {
  await attach(iam, 'role', input.RoleName, input.PolicyArn)
  return {}
}
