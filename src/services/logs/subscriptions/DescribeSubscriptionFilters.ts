import type { DescribeSubscriptionFiltersCommandInput, SubscriptionFilter } from '@aws-sdk/client-cloudwatch-logs'
import { pageOfNames } from '../pages.ts'
import { groupNamed, requireStandard, type Logs, type SubscriptionFilterRow } from '../state.ts'

/** Lists a group's subscription filters by name. */
export async function DescribeSubscriptionFilters(logs: Logs, input: DescribeSubscriptionFiltersCommandInput): Promise<{
  subscriptionFilters: SubscriptionFilter[], nextToken?: string
}> {
  const group = await groupNamed(logs, input.logGroupName)
  requireStandard(group)
  const rows = (await logs.tables.subscriptionFilters.list({ prefix: [group.name] })).filter(row => row.name.startsWith(input.filterNamePrefix ?? ''))
  const { page, ...next } = pageOfNames(`DescribeSubscriptionFilters ${group.name}`, rows, input)
  return { subscriptionFilters: page.map(describe), ...next }
}

const describe = (row: SubscriptionFilterRow): SubscriptionFilter => ({
  filterName: row.name, logGroupName: row.group, filterPattern: row.pattern, destinationArn: row.destinationArn, distribution: row.distribution,
  creationTime: row.createdAt,
  applyOnTransformedLogs: false, ...row.roleArn !== undefined && { roleArn: row.roleArn },
})
