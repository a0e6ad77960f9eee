import { denied } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { endHandshake, handshakeNamed, handshakeView } from './handshake.ts'

/** Declines an invitation of the caller's account. */
export async function DeclineHandshake(orgs: Orgs, input: Input<'DeclineHandshake'>): Output<'DeclineHandshake'> {
  const row = await handshakeNamed(orgs, input.HandshakeId)
  if (row.account !== orgs.account) throw denied()
  return { Handshake: handshakeView(orgs, await endHandshake(orgs, row, 'DECLINED')) }
}
