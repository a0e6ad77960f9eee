import type { Input, Kms, Output } from '../state.ts'
import { pageAfter } from '../keys/key.ts'
import { grantView } from './grant.ts'

/** The grants of this account and region that a principal may retire, fifty a page where Limit is not given. */
export async function ListRetirableGrants(kms: Kms, input: Input<'ListRetirableGrants'>): Promise<Output<'ListRetirableGrants'>> {
  const wanted = (await kms.tables.grants.list()).filter(({ retiring }) => retiring === input.RetiringPrincipal)
  const { page, more } = pageAfter('ListRetirableGrants', wanted, grant => `${grant.keyId}/${grant.id}`, input, 50)
  return { Grants: page.map(grant => grantView(kms, grant)), ...more }
}
