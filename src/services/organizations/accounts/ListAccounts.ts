import { paged, readable } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { accountView } from './account.ts'

export async function ListAccounts(orgs: Orgs, input: Input<'ListAccounts'>): Output<'ListAccounts'> {
  const org = await readable(orgs)
  const { page, ...next } = paged(input, await orgs.tables.accounts.list({ prefix: [org.id] }), row => row.account)
  return { Accounts: page.map(row => accountView(org, row)), ...next }
}
