import { newHandshakeId } from '../arns.ts'
import { managed } from '../organization.ts'
import { DuplicateHandshakeException, handshakeViolation, invalidInput, invitationLifeMs, type Input, type Orgs, type Output } from '../state.ts'
import { newTags } from '../tagging.ts'
import type { HandshakeRow } from '../tables.ts'
import { handshakes, handshakeView, stateOf } from './handshake.ts'

/** Invites an account, by its id, to join the organization within fifteen days. */
export async function InviteAccountToOrganization(orgs: Orgs, input: Input<'InviteAccountToOrganization'>): Output<'InviteAccountToOrganization'> {
  const org = await managed(orgs)
  const { Id: account, Type } = input.Target!
  if (Type !== 'ACCOUNT') throw invalidInput('INVALID_PARTY_TYPE_TARGET', 'Fogbank invites accounts by their id: it knows no addresses of accounts.')
  if (!/^\d{12}$/.test(account!)) throw invalidInput('INVALID_PATTERN_TARGET_ID', 'You specified an account id that is not twelve digits.')
  if ((await orgs.tables.memberships.get(account!))?.organization === org.id) {
    throw handshakeViolation('ALREADY_IN_AN_ORGANIZATION', 'The specified account is already a member of an organization.')
  }
  const open = (await handshakes(orgs, undefined)).some(row => row.organization === org.id && row.account === account && stateOf(orgs, row) === 'OPEN')
  if (open) throw new DuplicateHandshakeException('A handshake with the same action and target already exists.')
  const row: HandshakeRow = {
    id: newHandshakeId(), organization: org.id, managementAccount: org.managementAccount, features: org.features, account: account!, tags: newTags(input.Tags),
    requestedMs: orgs.now(), expiresMs: orgs.now() + invitationLifeMs, ...input.Notes !== undefined && { notes: input.Notes },
  }
  await orgs.tables.handshakes.put(row)
  return { Handshake: handshakeView(orgs, row) }
}
