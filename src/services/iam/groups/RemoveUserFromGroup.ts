import { entity } from '../entities.ts'
import { save } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Takes a user out of a group. */
export async function RemoveUserFromGroup(iam: Iam, input: Input<'RemoveUserFromGroup'>): Output<'RemoveUserFromGroup'> {
  const group = await entity(iam, 'group', input.GroupName)
  const user = await entity(iam, 'user', input.UserName)
  await save(iam, 'user', { ...user, groups: user.groups.filter(name => name !== group.name) } as typeof user)
  await iam.tables.memberships.delete(group.name.toLowerCase(), user.name.toLowerCase())
  return {}
}
