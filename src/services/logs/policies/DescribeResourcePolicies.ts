import type { DescribeResourcePoliciesCommandInput, ResourcePolicy } from '@aws-sdk/client-cloudwatch-logs'
import { pageOfNames } from '../pages.ts'
import { refuseMembers, type Logs } from '../state.ts'
import { describePolicy } from './policy.ts'

/** Lists the resource policies of the account and region. */
export async function DescribeResourcePolicies(logs: Logs, input: DescribeResourcePoliciesCommandInput): Promise<{
  resourcePolicies: ResourcePolicy[], nextToken?: string
}> {
  refuseMembers(input, ['resourceArn'])
  const rows = input.policyScope === 'RESOURCE' ? [] : await logs.tables.resourcePolicies.list()
  const { page, ...next } = pageOfNames('DescribeResourcePolicies', rows, input)
  return { resourcePolicies: page.map(describePolicy), ...next }
}
