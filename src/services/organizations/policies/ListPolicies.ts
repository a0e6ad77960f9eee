import { fullAccess } from '../full-access.ts'
import { paged, readable } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { checkType, policySummary } from './policy.ts'

/** The policies of the organization, AWS's among them. */
export async function ListPolicies(orgs: Orgs, input: Input<'ListPolicies'>): Output<'ListPolicies'> {
  const org = await readable(orgs)
  checkType(input.Filter)
  const { page, ...next } = paged(input, [fullAccess, ...await orgs.tables.policies.list({ prefix: [org.id] })], row => row.id)
  return { Policies: page.map(row => policySummary(org, row)), ...next }
}
