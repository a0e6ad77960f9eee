import type { DescribeLogStreamsCommandInput, LogStream } from '@aws-sdk/client-cloudwatch-logs'
import { decodeToken, encodeToken } from '../../../platform/pagination.ts'
import { groupArn, groupNamed, groupNameOf, InvalidParameterException, type Logs, type StreamRow } from '../state.ts'

/** Lists the streams of a group by name or by the time of the last event; 50 a page. */
export async function DescribeLogStreams(logs: Logs, input: DescribeLogStreamsCommandInput): Promise<{ logStreams: LogStream[], nextToken?: string }> {
  const group = await groupNamed(logs, groupNameOf(input.logGroupIdentifier ?? input.logGroupName ?? ''))
  const { orderBy = 'LogStreamName', descending = false, limit = 50, logStreamNamePrefix: prefix = '' } = input
  if (orderBy === 'LastEventTime' && prefix !== '') throw new InvalidParameterException('Cannot order by LastEventTime with a logStreamNamePrefix.')
  const position = input.nextToken === undefined ? ['0'] : decodeToken(`DescribeLogStreams ${group.name}`, input.nextToken)
  if (!position) throw new InvalidParameterException('The specified nextToken is invalid.')
  const streams = (await logs.tables.streams.list({ prefix: [group.name] })).filter(stream => stream.name.startsWith(prefix))
  if (orderBy === 'LastEventTime') streams.sort((a, b) => (a.lastEventAt ?? 0) - (b.lastEventAt ?? 0) || (a.name < b.name ? -1 : 1))
  if (descending) streams.reverse()
  const start = Number(position[0])
  const end = start + limit
  return {
    logStreams: streams.slice(start, end).map(stream => describe(logs, stream)),
    ...end < streams.length && { nextToken: encodeToken(`DescribeLogStreams ${group.name}`, [String(end)]) },
  }
}

const describe = (logs: Logs, stream: StreamRow): LogStream => ({
  logStreamName: stream.name, creationTime: stream.createdAt, arn: `${groupArn(logs, stream.group)}:log-stream:${stream.name}`, storedBytes: 0,
  ...stream.firstEventAt !== undefined && { firstEventTimestamp: stream.firstEventAt }, ...stream.lastEventAt !== undefined && { lastEventTimestamp: stream.lastEventAt },
  ...stream.lastIngestionAt !== undefined && { lastIngestionTime: stream.lastIngestionAt, uploadSequenceToken: String(stream.lastIngestionAt) },
})
