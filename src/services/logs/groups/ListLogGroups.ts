import type { ListLogGroupsCommandInput, LogGroupSummary } from '@aws-sdk/client-cloudwatch-logs'
import { pageOfNames } from '../pages.ts'
import { groupArn, refuseMembers, type GroupRow, type Logs } from '../state.ts'

/** Lists log groups whose names match a pattern: parts of names joined by `|`, `^` for the beginning. */
export async function ListLogGroups(logs: Logs, input: ListLogGroupsCommandInput): Promise<{ logGroups: LogGroupSummary[], nextToken?: string }> {
  refuseMembers(input, ['includeLinkedAccounts', 'accountIdentifiers', 'dataSources', 'fieldIndexNames'])
  const isNamed = matcherOf(input.logGroupNamePattern)
  const tags = input.logGroupTags ?? []
  const rows = (await logs.tables.groups.list()).filter(row => isNamed(row.name)
    && (input.logGroupClass === undefined || row.logGroupClass === input.logGroupClass)
    && tags.every(({ key, values = [] }) => key! in row.tags && (values.length === 0 || values.includes(row.tags[key!]!))))
  const { page, ...next } = pageOfNames('ListLogGroups', rows, input)
  return { logGroups: page.map(row => summary(logs, row)), ...next }
}

function matcherOf(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true
  const parts = pattern.split('|')
  return name => parts.some(part => part.startsWith('^') ? name.startsWith(part.slice(1)) : name.includes(part))
}

const summary = (logs: Logs, row: GroupRow): LogGroupSummary => ({
  logGroupName: row.name, logGroupArn: groupArn(logs, row.name), logGroupClass: row.logGroupClass
})
