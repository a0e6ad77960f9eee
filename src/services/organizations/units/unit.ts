import { unitArn } from '../arns.ts'
import { DuplicateOrganizationalUnitException, OrganizationalUnitNotFoundException, type Orgs } from '../state.ts'
import type { OrganizationRow, UnitRow } from '../tables.ts'

export const unitView = (org: OrganizationRow, { id, name }: UnitRow) => ({ Id: id, Arn: unitArn(org, id), Name: name })

export async function unitIn(orgs: Orgs, org: OrganizationRow, id: string | undefined): Promise<UnitRow> {
  const row = await orgs.tables.units.get(org.id, id ?? '')
  if (!row) throw new OrganizationalUnitNotFoundException("You specified an organizational unit that doesn't exist.")
  return row
}

/** Names of units are unique within their parent. */
export async function checkUnitName(orgs: Orgs, org: OrganizationRow, { name, parent, id }: Pick<UnitRow, 'name' | 'parent'> & { id?: string }): Promise<void> {
  const units = await orgs.tables.units.list({ prefix: [org.id] })
  if (units.some(unit => unit.parent === parent && unit.name === name && unit.id !== id)) {
    throw new DuplicateOrganizationalUnitException('An OU with the same name already exists.')
  }
}

/** How many units lie on the way from the root to this one, itself included. */
export async function depthOf(orgs: Orgs, org: OrganizationRow, id: string): Promise<number> {
  let depth = 0
  for (let unit = await orgs.tables.units.get(org.id, id); unit; unit = await orgs.tables.units.get(org.id, unit.parent)) depth++
  return depth
}
