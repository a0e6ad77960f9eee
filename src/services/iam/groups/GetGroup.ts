import { entity } from '../entities.ts'
import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'
import { groupView, userSummary } from '../views.ts'

/** Answers a group and its users. */
export async function GetGroup(iam: Iam, input: Input<'GetGroup'>): Output<'GetGroup'> {
  const row = await entity(iam, 'group', input.GroupName)
  const members = await iam.tables.memberships.list({ prefix: [row.name.toLowerCase()] })
  const { page, next } = pageBy(`members ${row.id}`, members, input, member => member.user.toLowerCase())
  const users = await Promise.all(page.map(member => entity(iam, 'user', member.user)))
  return { Group: groupView(row), Users: users.map(userSummary), ...next }
}
