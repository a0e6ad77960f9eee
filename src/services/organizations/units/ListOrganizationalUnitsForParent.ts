import { paged, parentIn, readable } from '../organization.ts'
import { ParentNotFoundException, type Input, type Orgs, type Output } from '../state.ts'
import { unitView } from './unit.ts'

/** The units that are directly in the root or a unit. */
export async function ListOrganizationalUnitsForParent(
  orgs: Orgs, input: Input<'ListOrganizationalUnitsForParent'>,
): Output<'ListOrganizationalUnitsForParent'> {
  const org = await readable(orgs)
  if (!await parentIn(orgs, org, input.ParentId)) throw new ParentNotFoundException("You specified a parent that doesn't exist.")
  const rows = (await orgs.tables.units.list({ prefix: [org.id] })).filter(({ parent }) => parent === input.ParentId)
  const { page, ...next } = paged(input, rows, row => row.id)
  return { OrganizationalUnits: page.map(row => unitView(org, row)), ...next }
}
