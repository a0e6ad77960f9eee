import { managed } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { checkUnitName, unitIn, unitView } from './unit.ts'

/** Renames a unit. */
export async function UpdateOrganizationalUnit(orgs: Orgs, input: Input<'UpdateOrganizationalUnit'>): Output<'UpdateOrganizationalUnit'> {
  const org = await managed(orgs)
  const before = await unitIn(orgs, org, input.OrganizationalUnitId)
  const row = { ...before, name: input.Name ?? before.name }
  await checkUnitName(orgs, org, row)
  await orgs.tables.units.put(row)
  return { OrganizationalUnit: unitView(org, row) }
}
