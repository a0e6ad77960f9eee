import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'
import { groupView } from '../views.ts'

/** Lists the groups under a path, in the order of their names. */
export async function ListGroups(iam: Iam, input: Input<'ListGroups'>): Output<'ListGroups'> {
  const rows = (await iam.tables.groups.list()).filter(row => row.path.startsWith(input.PathPrefix ?? '/'))
  const { page, next } = pageBy('ListGroups ' + (input.PathPrefix ?? '/'), rows, input, row => row.name.toLowerCase())
  return { Groups: page.map(row => groupView(row)), ...next }
}
