import { paged, parentIn, readable } from '../organization.ts'
import { ParentNotFoundException, type Input, type Orgs, type Output } from '../state.ts'
import { accountView } from './account.ts'

/** The accounts that are directly in the root or a unit. */
export async function ListAccountsForParent(orgs: Orgs, input: Input<'ListAccountsForParent'>): Output<'ListAccountsForParent'> {
  const org = await readable(orgs)
  if (!await parentIn(orgs, org, input.ParentId)) throw new ParentNotFoundException("You specified a parent that doesn't exist.")
  const rows = (await orgs.tables.accounts.list({ prefix: [org.id] })).filter(({ parent }) => parent === input.ParentId)
  const { page, ...next } = paged(input, rows, row => row.account)
  return { Accounts: page.map(row => accountView(org, row)), ...next }
}
