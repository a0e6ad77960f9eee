import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'
import { roleSummary } from '../views.ts'

/** Lists the roles under a path, in the order of their names. */
export async function ListRoles(iam: Iam, input: Input<'ListRoles'>): Output<'ListRoles'> {
  const rows = (await iam.tables.roles.list()).filter(row => row.path.startsWith(input.PathPrefix ?? '/'))
  const { page, next } = pageBy('ListRoles ' + (input.PathPrefix ?? '/'), rows, input, row => row.name.toLowerCase())
  return { Roles: page.map(row => roleSummary(row)), ...next }
}
