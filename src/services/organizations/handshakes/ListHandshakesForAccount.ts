import { paged } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { handshakes, handshakeView } from './handshake.ts'

/** The invitations of the caller's account. */
export async function ListHandshakesForAccount(orgs: Orgs, input: Input<'ListHandshakesForAccount'>): Output<'ListHandshakesForAccount'> {
  const rows = (await handshakes(orgs, input.Filter)).filter(({ account }) => account === orgs.account)
  const { page, ...next } = paged(input, rows, row => row.id)
  return { Handshakes: page.map(row => handshakeView(orgs, row)), ...next }
}
