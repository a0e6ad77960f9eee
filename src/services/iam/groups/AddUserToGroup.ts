import { entity } from '../entities.ts'
import { save } from '../entity-policies.ts'
import { groupsPerUserMax, LimitExceeded, type Iam, type Input, type Output } from '../state.ts'

/** Puts a user into a group; one who is in it already is no error. */
export async function AddUserToGroup(iam: Iam, input: Input<'AddUserToGroup'>): Output<'AddUserToGroup'> {
  const group = await entity(iam, 'group', input.GroupName)
  const user = await entity(iam, 'user', input.UserName)
  if (user.groups.includes(group.name)) return {}
  if (user.groups.length >= groupsPerUserMax) throw new LimitExceeded(`Cannot exceed quota for GroupsPerUser: ${groupsPerUserMax}`)
  await save(iam, 'user', { ...user, groups: [...user.groups, group.name] } as typeof user)
  await iam.tables.memberships.put({ group: group.name, user: user.name })
  return {}
}
