import { newPolicyId } from '../arns.ts'
import { managed } from '../organization.ts'
import {
  constraintViolation, policiesMax, PolicyTypeNotAvailableForOrganizationException, type Input, type Orgs, type Output,
} from '../state.ts'
import { newTags } from '../tagging.ts'
import type { PolicyRow } from '../tables.ts'
import { checkContent, checkPolicyName, checkType, policySummary } from './policy.ts'

/** Makes a service control policy, which bounds nobody before it is attached. */
export async function CreatePolicy(orgs: Orgs, input: Input<'CreatePolicy'>): Output<'CreatePolicy'> {
  const org = await managed(orgs)
  checkType(input.Type)
  if (org.features !== 'ALL') {
    throw new PolicyTypeNotAvailableForOrganizationException(
      "You can't use the specified policy type with the feature set currently enabled for this organization."
    )
  }
  checkContent(input.Content!)
  const row: PolicyRow = {
    organization: org.id, id: newPolicyId(), name: input.Name!, description: input.Description ?? '', content: input.Content!, tags: newTags(input.Tags),
  }
  await checkPolicyName(orgs, org, row)
  if ((await orgs.tables.policies.list({ prefix: [org.id] })).length >= policiesMax) {
    throw constraintViolation('POLICY_NUMBER_LIMIT_EXCEEDED', 'You have exceeded the allowed number of policies.')
  }
  await orgs.tables.policies.put(row)
  return { Policy: { PolicySummary: policySummary(org, row), Content: row.content } }
}
