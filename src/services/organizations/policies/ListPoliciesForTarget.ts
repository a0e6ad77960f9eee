import { entityIn, paged, readable } from '../organization.ts'
import { TargetNotFoundException, type Input, type Orgs, type Output } from '../state.ts'
import { checkType, policyIn, policySummary } from './policy.ts'

/** The policies that are directly attached to the root, a unit or an account. */
export async function ListPoliciesForTarget(orgs: Orgs, input: Input<'ListPoliciesForTarget'>): Output<'ListPoliciesForTarget'> {
  const org = await readable(orgs)
  checkType(input.Filter)
  const target = input.TargetId!
  if (!await entityIn(orgs, org, target)) throw new TargetNotFoundException("You specified a target that doesn't exist.")
  const { page, ...next } = paged(input, await orgs.tables.attachments.list({ prefix: [org.id, target] }), row => row.policy)
  return { Policies: await Promise.all(page.map(async ({ policy }) => policySummary(org, await policyIn(orgs, org, policy)))), ...next }
}
