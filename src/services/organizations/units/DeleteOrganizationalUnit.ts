import { managed } from '../organization.ts'
import { detachAll } from '../policies/policy.ts'
import { OrganizationalUnitNotEmptyException, type Input, type Orgs, type Output } from '../state.ts'
import { unitIn } from './unit.ts'

/** Deletes a unit that holds nothing. */
export async function DeleteOrganizationalUnit(orgs: Orgs, input: Input<'DeleteOrganizationalUnit'>): Output<'DeleteOrganizationalUnit'> {
  const org = await managed(orgs)
  const { id } = await unitIn(orgs, org, input.OrganizationalUnitId)
  const prefix = [org.id]
  const held = [...await orgs.tables.units.list({ prefix }), ...await orgs.tables.accounts.list({ prefix })]
  if (held.some(({ parent }) => parent === id)) throw new OrganizationalUnitNotEmptyException('The organizational unit is not empty.')
  await detachAll(orgs, org, id)
  await orgs.tables.units.delete(org.id, id)
  return {}
}
