import { entity } from '../entities.ts'
import { pageBy } from '../pages.ts'
import { viewProfile } from '../profile-roles.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Lists the instance profiles that hold a role. */
export async function ListInstanceProfilesForRole(iam: Iam, input: Input<'ListInstanceProfilesForRole'>): Output<'ListInstanceProfilesForRole'> {
  const role = await entity(iam, 'role', input.RoleName)
  const rows = (await iam.tables.profiles.list()).filter(row => row.role === role.name)
  const { page, next } = pageBy(`profiles ${role.id}`, rows, input, row => row.name.toLowerCase())
  return { InstanceProfiles: await Promise.all(page.map(row => viewProfile(iam, row))), ...next }
}
