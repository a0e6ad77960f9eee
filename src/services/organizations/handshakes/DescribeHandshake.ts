import { denied } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { handshakeNamed, handshakeView } from './handshake.ts'

/** A handshake, as either party sees it. */
export async function DescribeHandshake(orgs: Orgs, input: Input<'DescribeHandshake'>): Output<'DescribeHandshake'> {
  const row = await handshakeNamed(orgs, input.HandshakeId)
  if (row.account !== orgs.account && row.managementAccount !== orgs.account) throw denied()
  return { Handshake: handshakeView(orgs, row) }
}
