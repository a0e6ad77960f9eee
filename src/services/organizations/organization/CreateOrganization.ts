import { newOrganizationId, newRootId } from '../arns.ts'
import { serviceControl } from '../full-access.ts'
import { linkRole } from '../linked-role.ts'
import { organizationView } from '../organization.ts'
import { attachFullAccess } from '../policies/policy.ts'
import { AlreadyInOrganizationException, type Input, type Orgs, type Output } from '../state.ts'
import type { AccountRow, OrganizationRow } from '../tables.ts'

/** Makes an organization whose management account is the caller's, with service control policies enabled unless it is for billing alone. */
export async function CreateOrganization(orgs: Orgs, input: Input<'CreateOrganization'>): Output<'CreateOrganization'> {
  const { account } = orgs
  if (await orgs.tables.memberships.get(account)) throw new AlreadyInOrganizationException('The AWS account is already a member of an organization.')
  const features = input.FeatureSet ?? 'ALL'
  const org: OrganizationRow = {
    id: newOrganizationId(), managementAccount: account, rootId: newRootId(), features, policyTypes: features === 'ALL' ? [serviceControl] : [],
    rootTags: {}, services: {},
  }
  const row = invited(org, account, orgs.now())
  await orgs.tables.organizations.put(org)
  await orgs.tables.accounts.put(row)
  await orgs.tables.memberships.put({ account, organization: org.id })
  for (const target of [org.rootId, account]) await attachFullAccess(orgs, org, target)
  linkRole(orgs, account)
  return { Organization: organizationView(org, row.email) }
}

/** An account that was there before it joined. Fogbank knows no name and no address of it, so it is given those that its id makes. */
export const invited = (org: OrganizationRow, account: string, joinedMs: number): AccountRow => ({
  organization: org.id, account, name: account, email: `${account}@accounts.fogbank.invalid`, parent: org.rootId, joinedMethod: 'INVITED', joinedMs, tags: {},
})
