import { accountView } from '../accounts/account.ts'
import { accountIn, paged, readable } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'

/** The member accounts that administer a service, or any. */
export async function ListDelegatedAdministrators(orgs: Orgs, input: Input<'ListDelegatedAdministrators'>): Output<'ListDelegatedAdministrators'> {
  const org = await readable(orgs)
  const since = new Map<string, number>()
  for (const { account, service, enabledMs } of await orgs.tables.administrators.list({ prefix: [org.id] })) {
    if (input.ServicePrincipal === undefined || service === input.ServicePrincipal) since.set(account, Math.min(enabledMs, since.get(account) ?? Infinity))
  }
  const { page, ...next } = paged(input, [...since], ([account]) => account)
  const DelegatedAdministrators = await Promise.all(page.map(async ([account, at]) =>
    ({ ...accountView(org, await accountIn(orgs, org, account)), DelegationEnabledDate: new Date(at) })))
  return { DelegatedAdministrators, ...next }
}
