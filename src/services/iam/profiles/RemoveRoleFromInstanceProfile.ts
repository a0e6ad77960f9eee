import { profile } from '../entities.ts'
import { NoSuchEntity, type Iam, type Input, type Output } from '../state.ts'

/** Takes the role out of an instance profile. */
export async function RemoveRoleFromInstanceProfile(iam: Iam, input: Input<'RemoveRoleFromInstanceProfile'>): Output<'RemoveRoleFromInstanceProfile'> {
  const { role, ...row } = await profile(iam, input.InstanceProfileName)
  if (role === undefined || role.toLowerCase() !== input.RoleName!.toLowerCase()) {
    throw new NoSuchEntity(`The role with name ${input.RoleName} cannot be found.`)
  }
  await iam.tables.profiles.put(row)
  return {}
}
