import { checkTrustPolicy } from '../documents.ts'
import { entity } from '../entities.ts'
import { save } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'
import { refuseLinked } from './service-linked.ts'

/** Replaces the trust policy of a role. */
export async function UpdateAssumeRolePolicy(iam: Iam, input: Input<'UpdateAssumeRolePolicy'>): Output<'UpdateAssumeRolePolicy'> {
  const row = await entity(iam, 'role', input.RoleName)
  refuseLinked(row)
  checkTrustPolicy(input.PolicyDocument!)
  await save(iam, 'role', { ...row, trustPolicy: input.PolicyDocument! } as typeof row)
  return {}
}
