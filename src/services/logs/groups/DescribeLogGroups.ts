import type { DescribeLogGroupsCommandInput, LogGroup } from '@aws-sdk/client-cloudwatch-logs'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { groupArn, groupNameOf, InvalidParameterException, refuseMembers, type GroupRow, type Logs } from '../state.ts'

/** Lists log groups by name, by prefix or by a part of the name; 50 a page. */
export async function DescribeLogGroups(logs: Logs, input: DescribeLogGroupsCommandInput): Promise<{ logGroups: LogGroup[], nextToken?: string }> {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, limit = 50 } = input
  if (prefix !== undefined && pattern !== undefined) {
    throw new InvalidParameterException('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.')
  }
  refuseMembers(input, ['accountIdentifiers', 'includeLinkedAccounts'])
  const named = input.logGroupIdentifiers && new Set(input.logGroupIdentifiers.map(groupNameOf))
  const after = input.nextToken === undefined ? undefined : decodeToken('DescribeLogGroups', input.nextToken)
  if (input.nextToken !== undefined && !after) throw new InvalidParameterException('The specified nextToken is invalid.')
  const found: GroupRow[] = []
  for await (const group of logs.tables.groups.each({ ...after ? { after } : prefix !== undefined && { from: [prefix] } })) {
    if (prefix !== undefined && !group.name.startsWith(prefix)) break
    if (pattern !== undefined && !group.name.toLowerCase().includes(pattern.toLowerCase())) continue
    if (named && !named.has(group.name)) continue
    if (input.logGroupClass !== undefined && group.logGroupClass !== input.logGroupClass) continue
    found.push(group)
    if (found.length > limit) break
  }
  const { page, last } = pageOf(found, limit)
  return { logGroups: page.map(group => describe(logs, group)), ...last && { nextToken: encodeToken('DescribeLogGroups', [last.name]) } }
}

const describe = (logs: Logs, group: GroupRow): LogGroup => ({
  logGroupName: group.name, creationTime: group.createdAt, metricFilterCount: group.metricFilterCount ?? 0, arn: `${groupArn(logs, group.name)}:*`,
  logGroupArn: groupArn(logs, group.name),
  storedBytes: 0, logGroupClass: group.logGroupClass, deletionProtectionEnabled: group.deletionProtected ?? false,
  ...group.retentionDays !== undefined && { retentionInDays: group.retentionDays },
})
