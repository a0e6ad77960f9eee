import { paged, readable } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { handshakes, handshakeView } from './handshake.ts'

/** The invitations that the organization has sent. */
export async function ListHandshakesForOrganization(
  orgs: Orgs, input: Input<'ListHandshakesForOrganization'>,
): Output<'ListHandshakesForOrganization'> {
  const org = await readable(orgs)
  const rows = (await handshakes(orgs, input.Filter)).filter(({ organization }) => organization === org.id)
  const { page, ...next } = paged(input, rows, row => row.id)
  return { Handshakes: page.map(row => handshakeView(orgs, row)), ...next }
}
