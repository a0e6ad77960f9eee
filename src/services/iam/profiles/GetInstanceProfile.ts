import { profile } from '../entities.ts'
import { viewProfile } from '../profile-roles.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Answers an instance profile and its role. */
export async function GetInstanceProfile(iam: Iam, input: Input<'GetInstanceProfile'>): Output<'GetInstanceProfile'> {
  return { InstanceProfile: await viewProfile(iam, await profile(iam, input.InstanceProfileName)) }
}
