import type { ActionType, HandshakeState } from '@aws-sdk/client-organizations'
import { handshakeArn } from '../arns.ts'
import {
  endedHandshakeLifeMs, HandshakeAlreadyInStateException, HandshakeNotFoundException, InvalidHandshakeTransitionException, invalidInput, type Orgs,
} from '../state.ts'
import type { HandshakeRow } from '../tables.ts'

export const stateOf = (orgs: Orgs, { ended, expiresMs }: HandshakeRow): HandshakeState => ended ?? (orgs.now() >= expiresMs ? 'EXPIRED' : 'OPEN')

export const handshakeView = (orgs: Orgs, row: HandshakeRow) => ({
  Id: row.id, Arn: handshakeArn(row), State: stateOf(orgs, row), RequestedTimestamp: new Date(row.requestedMs), ExpirationTimestamp: new Date(row.expiresMs),
  Action: 'INVITE' as const, Parties: [{ Id: row.organization.slice(2), Type: 'ORGANIZATION' as const }, { Id: row.account, Type: 'ACCOUNT' as const }],
  Resources: [
    {
      Type: 'ORGANIZATION' as const, Value: row.organization,
      Resources: [
        { Type: 'MASTER_EMAIL' as const, Value: `${row.managementAccount}@accounts.fogbank.invalid` },
        { Type: 'MASTER_NAME' as const, Value: row.managementAccount },
        { Type: 'ORGANIZATION_FEATURE_SET' as const, Value: row.features },
      ],
    },
    { Type: 'ACCOUNT' as const, Value: row.account },
    ...row.notes === undefined ? [] : [{ Type: 'NOTES' as const, Value: row.notes }],
  ],
})

/** Handshakes that are still told of: for thirty days beyond their time. */
export async function handshakes(
  orgs: Orgs, filter: { ActionType?: ActionType | undefined, ParentHandshakeId?: string | undefined } | undefined
): Promise<HandshakeRow[]> {
  if (filter?.ActionType !== undefined && filter.ParentHandshakeId !== undefined) {
    throw invalidInput('MAX_LIMIT_EXCEEDED_FILTER', 'You can specify only one filter parameter for the operation.')
  }
  // Invitations are the handshakes that there are; none has a parent.
  if (filter?.ParentHandshakeId !== undefined || (filter?.ActionType ?? 'INVITE') !== 'INVITE') return []
  const rows = await orgs.tables.handshakes.list()
  return rows.filter(({ expiresMs }) => orgs.now() < expiresMs + endedHandshakeLifeMs)
}

export async function handshakeNamed(orgs: Orgs, id: string | undefined): Promise<HandshakeRow> {
  const row = await orgs.tables.handshakes.get(id ?? '')
  if (!row) throw new HandshakeNotFoundException("We can't find a handshake with the HandshakeId that you specified.")
  return row
}

/** Ends an open handshake. */
export async function endHandshake(orgs: Orgs, row: HandshakeRow, ended: NonNullable<HandshakeRow['ended']>): Promise<HandshakeRow> {
  const state = stateOf(orgs, row)
  if (state === ended) throw new HandshakeAlreadyInStateException('The specified handshake is already in the requested state.')
  if (state !== 'OPEN') throw new InvalidHandshakeTransitionException("You can't perform the operation on the handshake in its current state.")
  const after = { ...row, ended }
  await orgs.tables.handshakes.put(after)
  return after
}
