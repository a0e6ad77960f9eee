import { managed } from '../organization.ts'
import { OrganizationNotEmptyException, type Input, type Orgs, type Output } from '../state.ts'

/** Deletes an organization in which the management account is alone, with its units and policies. */
export async function DeleteOrganization(orgs: Orgs, _input: Input<'DeleteOrganization'>): Output<'DeleteOrganization'> {
  const org = await managed(orgs)
  const { tables } = orgs
  const prefix = [org.id]
  if ((await tables.accounts.list({ prefix, limit: 2 })).length > 1) {
    throw new OrganizationNotEmptyException('To delete an organization you must first remove all member accounts (except the master).')
  }
  for (const { id } of await tables.units.list({ prefix })) await tables.units.delete(org.id, id)
  for (const { id } of await tables.policies.list({ prefix })) await tables.policies.delete(org.id, id)
  for (const { id } of await tables.creations.list({ prefix })) await tables.creations.delete(org.id, id)
  for (const { target, policy } of await tables.attachments.list({ prefix })) await tables.attachments.delete(org.id, target, policy)
  for (const row of await tables.handshakes.list()) {
    if (row.organization === org.id && !row.ended) await tables.handshakes.put({ ...row, ended: 'CANCELED' })
  }
  await tables.accounts.delete(org.id, orgs.account)
  await tables.memberships.delete(orgs.account)
  await tables.organizations.delete(org.id)
  return {}
}
