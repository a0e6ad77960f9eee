import { accountIn, managed } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { depart } from './account.ts'

/** Takes a member out of the organization; the account itself goes on. */
export async function RemoveAccountFromOrganization(
  orgs: Orgs, input: Input<'RemoveAccountFromOrganization'>,
): Output<'RemoveAccountFromOrganization'> {
  const org = await managed(orgs)
  await depart(orgs, org, await accountIn(orgs, org, input.AccountId))
  return {}
}
