import { denied } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { endHandshake, handshakeNamed, handshakeView } from './handshake.ts'

/** Takes an invitation back; the account that invited may. */
export async function CancelHandshake(orgs: Orgs, input: Input<'CancelHandshake'>): Output<'CancelHandshake'> {
  const row = await handshakeNamed(orgs, input.HandshakeId)
  if (row.managementAccount !== orgs.account) throw denied()
  return { Handshake: handshakeView(orgs, await endHandshake(orgs, row, 'CANCELED')) }
}
