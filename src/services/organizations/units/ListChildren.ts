import { paged, parentIn, readable } from '../organization.ts'
import { ParentNotFoundException, type Input, type Orgs, type Output } from '../state.ts'

/** The accounts, or the units, that the root or a unit directly holds. */
export async function ListChildren(orgs: Orgs, input: Input<'ListChildren'>): Output<'ListChildren'> {
  const org = await readable(orgs)
  if (!await parentIn(orgs, org, input.ParentId)) throw new ParentNotFoundException("You specified a parent that doesn't exist.")
  const prefix = [org.id]
  const rows = input.ChildType === 'ACCOUNT'
    ? (await orgs.tables.accounts.list({ prefix })).map(({ account, parent }) => ({ id: account, parent }))
    : await orgs.tables.units.list({ prefix })
  const { page, ...next } = paged(input, rows.filter(({ parent }) => parent === input.ParentId), row => row.id)
  return { Children: page.map(({ id }) => ({ Id: id, Type: input.ChildType! })), ...next }
}
