import { newUnitId } from '../arns.ts'
import { managed, parentIn } from '../organization.ts'
import { attachFullAccess } from '../policies/policy.ts'
import { constraintViolation, ParentNotFoundException, unitDepthMax, unitsMax, type Input, type Orgs, type Output } from '../state.ts'
import { newTags } from '../tagging.ts'
import type { UnitRow } from '../tables.ts'
import { checkUnitName, depthOf, unitView } from './unit.ts'

/** Makes a unit in the root or in another unit, at most five deep. */
export async function CreateOrganizationalUnit(orgs: Orgs, input: Input<'CreateOrganizationalUnit'>): Output<'CreateOrganizationalUnit'> {
  const org = await managed(orgs)
  const parent = input.ParentId!
  if (!await parentIn(orgs, org, parent)) throw new ParentNotFoundException("You specified a parent that doesn't exist.")
  const row: UnitRow = { organization: org.id, id: newUnitId(org.rootId), name: input.Name!, parent, tags: newTags(input.Tags) }
  await checkUnitName(orgs, org, { name: row.name, parent })
  if (await depthOf(orgs, org, parent) >= unitDepthMax) {
    throw constraintViolation('OU_DEPTH_LIMIT_EXCEEDED', 'You have exceeded the maximum organizational unit nesting depth.')
  }
  if ((await orgs.tables.units.list({ prefix: [org.id] })).length >= unitsMax) {
    throw constraintViolation('OU_NUMBER_LIMIT_EXCEEDED', 'You have exceeded the allowed number of organizational units.')
  }
  await orgs.tables.units.put(row)
  await attachFullAccess(orgs, org, row.id)
  return { OrganizationalUnit: unitView(org, row) }
}
