import { tellMoved } from '../accounts/account.ts'
import { linkRole } from '../linked-role.ts'
import { denied } from '../organization.ts'
import { invited } from '../organization/CreateOrganization.ts'
import { attachFullAccess } from '../policies/policy.ts'
import { handshakeViolation, HandshakeNotFoundException, type Input, type Orgs, type Output } from '../state.ts'
import { endHandshake, handshakeNamed, handshakeView } from './handshake.ts'

/** Accepts an invitation: the caller's account becomes a member, in the root. */
export async function AcceptHandshake(orgs: Orgs, input: Input<'AcceptHandshake'>): Output<'AcceptHandshake'> {
  const row = await handshakeNamed(orgs, input.HandshakeId)
  const { account } = orgs
  if (row.account !== account) throw denied()
  const accepted = await endHandshake(orgs, row, 'ACCEPTED')
  if (await orgs.tables.memberships.get(account)) {
    throw handshakeViolation('ALREADY_IN_AN_ORGANIZATION', 'The specified account is already a member of an organization.')
  }
  const org = await orgs.tables.organizations.get(row.organization)
  if (!org) throw new HandshakeNotFoundException("We can't find a handshake with the HandshakeId that you specified.")
  await orgs.tables.accounts.put({ ...invited(org, account, orgs.now()), tags: row.tags })
  await orgs.tables.memberships.put({ account, organization: org.id })
  await attachFullAccess(orgs, org, account)
  linkRole(orgs, account)
  tellMoved(orgs, org, account)
  return { Handshake: handshakeView(orgs, accepted) }
}
