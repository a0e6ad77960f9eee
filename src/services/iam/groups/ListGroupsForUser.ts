import { entity } from '../entities.ts'
import { pageBy, sortBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'
import { groupView } from '../views.ts'

/** Lists the groups that a user is in. */
export async function ListGroupsForUser(iam: Iam, input: Input<'ListGroupsForUser'>): Output<'ListGroupsForUser'> {
  const user = await entity(iam, 'user', input.UserName)
  const { page, next } = pageBy(`groups ${user.id}`, sortBy([...user.groups], name => name.toLowerCase()), input, name => name.toLowerCase())
  const groups = await Promise.all(page.map(name => entity(iam, 'group', name)))
  return { Groups: groups.map(groupView), ...next }
}
