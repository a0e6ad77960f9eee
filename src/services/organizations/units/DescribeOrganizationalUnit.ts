import { readable } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { unitIn, unitView } from './unit.ts'

export async function DescribeOrganizationalUnit(orgs: Orgs, input: Input<'DescribeOrganizationalUnit'>): Output<'DescribeOrganizationalUnit'> {
  const org = await readable(orgs)
  return { OrganizationalUnit: unitView(org, await unitIn(orgs, org, input.OrganizationalUnitId)) }
}
