import { accountIn, readable } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { accountView } from './account.ts'

export async function DescribeAccount(orgs: Orgs, input: Input<'DescribeAccount'>): Output<'DescribeAccount'> {
  const org = await readable(orgs)
  return { Account: accountView(org, await accountIn(orgs, org, input.AccountId)) }
}
