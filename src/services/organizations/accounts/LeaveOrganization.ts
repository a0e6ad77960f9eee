import { accountIn, organizationOf } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { depart } from './account.ts'

/** Takes the caller's own account out of its organization. */
export async function LeaveOrganization(orgs: Orgs, _input: Input<'LeaveOrganization'>): Output<'LeaveOrganization'> {
  const org = await organizationOf(orgs)
  await depart(orgs, org, await accountIn(orgs, org, orgs.account))
  return {}
}
