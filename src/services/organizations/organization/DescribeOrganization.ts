import { accountIn, organizationOf, organizationView } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'

/** The organization of the caller's account; every member may ask. */
export async function DescribeOrganization(orgs: Orgs, _input: Input<'DescribeOrganization'>): Output<'DescribeOrganization'> {
  const org = await organizationOf(orgs)
  return { Organization: organizationView(org, (await accountIn(orgs, org, org.managementAccount)).email) }
}
