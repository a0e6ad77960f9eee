import { entity, profile } from '../entities.ts'
import { LimitExceeded, type Iam, type Input, type Output } from '../state.ts'

/** Puts a role into an instance profile, which holds one. */
export async function AddRoleToInstanceProfile(iam: Iam, input: Input<'AddRoleToInstanceProfile'>): Output<'AddRoleToInstanceProfile'> {
  const row = await profile(iam, input.InstanceProfileName)
  const role = await entity(iam, 'role', input.RoleName)
  if (row.role !== undefined) throw new LimitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1')
  await iam.authorize({ action: 'iam:PassRole', resource: role.arn, conditions: { 'iam:PassedToService': 'ec2.amazonaws.com' } })
  await iam.tables.profiles.put({ ...row, role: role.name })
  return {}
}
