import { managed } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { checkContent, checkPolicyName, ownPolicyIn, policySummary } from './policy.ts'

/** Changes a policy: it bounds everything that it is attached to from the next call on. */
export async function UpdatePolicy(orgs: Orgs, input: Input<'UpdatePolicy'>): Output<'UpdatePolicy'> {
  const org = await managed(orgs)
  const before = await ownPolicyIn(orgs, org, input.PolicyId)
  const row = {
    ...before, ...input.Name !== undefined && { name: input.Name }, ...input.Description !== undefined && { description: input.Description },
    ...input.Content !== undefined && { content: input.Content },
  }
  checkContent(row.content)
  await checkPolicyName(orgs, org, row)
  await orgs.tables.policies.put(row)
  return { Policy: { PolicySummary: policySummary(org, row), Content: row.content } }
}
