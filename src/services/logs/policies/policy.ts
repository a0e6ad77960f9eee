import type { ResourcePolicy } from '@aws-sdk/client-cloudwatch-logs'
import type { Logs, ResourcePolicyRow } from '../state.ts'

export const describePolicy = (row: ResourcePolicyRow): ResourcePolicy => ({
  policyName: row.name, policyDocument: row.document, lastUpdatedTime: row.updatedAt, policyScope: 'ACCOUNT'
})

/** All resource policies of the account and region as one, for the policy engine; only services and other accounts need it. */
export async function policiesFor(logs: Logs): Promise<string | undefined> {
  if (logs.principal.type !== 'service' && logs.principal.account === logs.account) return undefined
  const rows = await logs.tables.resourcePolicies.list()
  if (rows.length === 0) return undefined
  return JSON.stringify({ Version: '2012-10-17', Statement: rows.flatMap(row => [JSON.parse(row.document).Statement].flat()) })
}
