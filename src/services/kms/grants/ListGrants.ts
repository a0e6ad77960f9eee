import { InvalidGrantIdException, type Input, type Kms, type Output } from '../state.ts'
import { keyById, pageAfter } from '../keys/key.ts'
import { grantView } from './grant.ts'

/** The grants of a key, fifty a page where Limit is not given. */
export async function ListGrants(kms: Kms, input: Input<'ListGrants'>): Promise<Output<'ListGrants'>> {
  const { at, row } = await keyById(kms, input.KeyId!)
  const all = await at.tables.grants.list({ prefix: [row.id] })
  const wanted = all.filter(({ id, grantee }) =>
    (input.GrantId === undefined || id === input.GrantId) && (input.GranteePrincipal === undefined || grantee === input.GranteePrincipal))
  if (input.GrantId !== undefined && wanted.length === 0) throw new InvalidGrantIdException(`Grant ID ${input.GrantId} not found`)
  const { page, more } = pageAfter('ListGrants', wanted, grant => grant.id, input, 50)
  return { Grants: page.map(grant => grantView(at, grant)), ...more }
}
