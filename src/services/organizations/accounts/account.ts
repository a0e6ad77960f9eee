import { accountArn } from '../arns.ts'
import { detachAll } from '../policies/policy.ts'
import { constraintViolation, MasterCannotLeaveOrganizationException, type Orgs } from '../state.ts'
import type { AccountRow, OrganizationRow } from '../tables.ts'

export const accountView = (org: OrganizationRow, row: AccountRow) => ({
  Id: row.account, Arn: accountArn(org, row.account), Email: row.email, Name: row.name, Status: 'ACTIVE' as const, State: 'ACTIVE' as const,
  JoinedMethod: row.joinedMethod, JoinedTimestamp: new Date(row.joinedMs),
})

/** Takes a member out of the organization, with its policies and tags. */
export async function depart(orgs: Orgs, org: OrganizationRow, { account }: AccountRow): Promise<void> {
  if (account === org.managementAccount) throw new MasterCannotLeaveOrganizationException("You can't remove a management account from an organization.")
  const delegated = await orgs.tables.administrators.list({ prefix: [org.id, account], limit: 1 })
  if (delegated.length > 0) {
    throw constraintViolation(
      'CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG',
      'You attempted to remove an account from the organization that is registered as a delegated administrator.'
    )
  }
  await detachAll(orgs, org, account)
  await orgs.tables.accounts.delete(org.id, account)
  await orgs.tables.memberships.delete(account)
  tellMoved(orgs, org, account)
}

/** Tells the services that follow where the accounts of an organization are. */
export const tellMoved = (orgs: Orgs, { id, managementAccount }: OrganizationRow, accountId: string): void =>
  orgs.publish('organizations.account.moved', { organization: id, managementAccount, accountId }, { order: id })
