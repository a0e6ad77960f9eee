import { readable } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { policyIn, policySummary } from './policy.ts'

export async function DescribePolicy(orgs: Orgs, input: Input<'DescribePolicy'>): Output<'DescribePolicy'> {
  const org = await readable(orgs)
  const row = await policyIn(orgs, org, input.PolicyId)
  return { Policy: { PolicySummary: policySummary(org, row), Content: row.content } }
}
