import type { DeleteLogGroupCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { groupNamed, ValidationException, type Logs } from '../state.ts'

/** Deletes a log group with its streams; the events go in the background. */
export async function DeleteLogGroup(logs: Logs, input: DeleteLogGroupCommandInput): Promise<object> {
  const group = await groupNamed(logs, input.logGroupName)
  if (group.deletionProtected) throw new ValidationException('The log group has deletion protection enabled.')
  await logs.tables.groups.delete(group.name)
  for (const stream of await logs.tables.streams.list({ prefix: [group.name] })) {
    await logs.tables.streams.delete(group.name, stream.name)
    logs.enqueue('deleteEvents', { group: group.name, stream: stream.name, until: logs.now() })
  }
  for (const filter of await logs.tables.subscriptionFilters.list({ prefix: [group.name] })) {
    await logs.tables.subscriptionFilters.delete(group.name, filter.name)
  }
  for (const filter of await logs.tables.metricFilters.list({ prefix: [group.name] })) await logs.tables.metricFilters.delete(group.name, filter.name)
  logs.cancel('expire', group.name)
  return {}
}
