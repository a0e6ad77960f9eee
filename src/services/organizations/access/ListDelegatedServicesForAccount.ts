import { accountIn, paged, readable } from '../organization.ts'
import { AccountNotRegisteredException, type Input, type Orgs, type Output } from '../state.ts'

/** The services that a member account administers. */
export async function ListDelegatedServicesForAccount(
  orgs: Orgs, input: Input<'ListDelegatedServicesForAccount'>,
): Output<'ListDelegatedServicesForAccount'> {
  const org = await readable(orgs)
  const { account } = await accountIn(orgs, org, input.AccountId)
  const rows = await orgs.tables.administrators.list({ prefix: [org.id, account] })
  if (rows.length === 0) throw new AccountNotRegisteredException('The specified account is not a delegated administrator for any AWS service.')
  const { page, ...next } = paged(input, rows, row => row.service)
  return { DelegatedServices: page.map(row => ({ ServicePrincipal: row.service, DelegationEnabledDate: new Date(row.enabledMs) })), ...next }
}
