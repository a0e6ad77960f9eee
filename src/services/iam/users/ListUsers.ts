import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'
import { userSummary } from '../views.ts'

/** Lists the users under a path, in the order of their names. */
export async function ListUsers(iam: Iam, input: Input<'ListUsers'>): Output<'ListUsers'> {
  const rows = (await iam.tables.users.list()).filter(row => row.path.startsWith(input.PathPrefix ?? '/'))
  const { page, next } = pageBy('ListUsers ' + (input.PathPrefix ?? '/'), rows, input, row => row.name.toLowerCase())
  return { Users: page.map(row => userSummary(row)), ...next }
}
