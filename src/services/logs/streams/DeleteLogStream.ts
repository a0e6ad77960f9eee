import type { DeleteLogStreamCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { groupNamed, streamNamed, type Logs } from '../state.ts'

/** Deletes a log stream; its events go in the background. */
export async function DeleteLogStream(logs: Logs, input: DeleteLogStreamCommandInput): Promise<object> {
  const group = await groupNamed(logs, input.logGroupName)
  const stream = await streamNamed(logs, group.name, input.logStreamName!)
  await logs.tables.streams.delete(group.name, stream.name)
  logs.enqueue('deleteEvents', { group: group.name, stream: stream.name, until: Number.MAX_SAFE_INTEGER })
  return {}
}
