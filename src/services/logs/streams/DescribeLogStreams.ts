import type { DescribeLogStreamsCommandInput, LogStream } from '@aws-sdk/client-cloudwatch-logs'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { groupArn, groupOf, InvalidParameterException, type Logs, type StreamRow } from '../state.ts'

/** Lists the streams of a group by name or by the time of the last event; 50 a page. A stream without events comes first by time. */
export async function DescribeLogStreams(logs: Logs, input: DescribeLogStreamsCommandInput): Promise<{ logStreams: LogStream[], nextToken?: string }> {
  const group = await groupOf(logs, input)
  const { orderBy = 'LogStreamName', descending = false, limit = 50, logStreamNamePrefix: prefix = '' } = input
  if (orderBy === 'LastEventTime' && prefix !== '') throw new InvalidParameterException('Cannot order by LastEventTime with a logStreamNamePrefix.')
  const kind = `DescribeLogStreams ${group.name} ${orderBy} ${descending} ${prefix}`
  const position = input.nextToken === undefined ? undefined : decodeToken(kind, input.nextToken)
  if (input.nextToken !== undefined && !position) throw new InvalidParameterException('The specified nextToken is invalid.')
  const rank = (stream: StreamRow) => orderBy === 'LastEventTime' ? stream.lastEventAt ?? 0 : 0
  const isAfter = (stream: StreamRow) => {
    if (!position) return true
    const order = rank(stream) - Number(position[0]) || (stream.name < String(position[1]) ? -1 : Number(stream.name > String(position[1])))
    return descending ? order < 0 : order > 0
  }
  const streams = (await logs.tables.streams.list({ prefix: [group.name] })).filter(stream => stream.name.startsWith(prefix) && isAfter(stream))
  streams.sort((a, b) => (rank(a) - rank(b) || (a.name < b.name ? -1 : 1)) * (descending ? -1 : 1))
  const { page, last } = pageOf(streams, limit)
  return { logStreams: page.map(stream => describe(logs, stream)), ...last && { nextToken: encodeToken(kind, [rank(last), last.name]) } }
}

const describe = (logs: Logs, stream: StreamRow): LogStream => ({
  logStreamName: stream.name, creationTime: stream.createdAt, arn: `${groupArn(logs, stream.group)}:log-stream:${stream.name}`, storedBytes: 0,
  ...stream.firstEventAt !== undefined && { firstEventTimestamp: stream.firstEventAt },
  ...stream.lastEventAt !== undefined && { lastEventTimestamp: stream.lastEventAt },
  ...stream.lastIngestionAt !== undefined && { lastIngestionTime: stream.lastIngestionAt, uploadSequenceToken: String(stream.lastIngestionAt) },
})
