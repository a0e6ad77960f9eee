import type { FilteredLogEvent, FilterLogEventsCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { decodeToken, encodeToken } from '../../../platform/pagination.ts'
import { compileFilterPattern } from '../filters/pattern.ts'
import {
  eventOverheadBytes, expiredBefore, groupOf, InvalidParameterException, streamNamed, type EventRow, type GroupRow, type Logs, type StreamRow
} from '../state.ts'
import { byTime } from './by-time.ts'

const pageEventsMax = 10_000
const pageBytesMax = 1_048_576
/** Events looked at for one answer: where few match, a page may be short or empty and still have a token, as on AWS. */
const scannedMax = 100_000

type Page = { events: FilteredLogEvent[], searchedLogStreams: never[], nextToken?: string }

/** Events of a group's streams that match a filter pattern, by time across streams. */
export async function FilterLogEvents(logs: Logs, input: FilterLogEventsCommandInput): Promise<Page> {
  const group = await groupOf(logs, input)
  const { limit = pageEventsMax, endTime } = input
  if (input.startTime !== undefined && endTime !== undefined && endTime < input.startTime) {
    throw new InvalidParameterException('End time must be greater than or equal to start time.')
  }
  const matches = compileFilterPattern(input.filterPattern ?? '')
  const kind = `FilterLogEvents ${group.name}`
  const position = input.nextToken === undefined ? undefined : decodeToken(kind, input.nextToken)
  if (input.nextToken !== undefined && !position) throw new InvalidParameterException('The specified nextToken is invalid.')
  const streams = await streamsOf(logs, group, input)
  const start = Math.max(input.startTime ?? 0, expiredBefore(logs, group), Number(position?.[0] ?? 0))
  const page: EventRow[] = []
  let [bytes, scanned] = [0, 0]
  let last: EventRow | undefined
  for await (const row of byTime(logs, streams, start, endTime)) {
    if (position && row.timestamp === Number(position[0]) && row.id <= String(position[1])) continue
    const isMatch = matches(row.message)
    const size = isMatch ? Buffer.byteLength(row.message) + eventOverheadBytes : 0
    if (scanned++ === scannedMax || (isMatch && page.length > 0 && (page.length === limit || bytes + size > pageBytesMax))) {
      return { events: page.map(describe), searchedLogStreams: [], nextToken: encodeToken(kind, [last!.timestamp, last!.id]) }
    }
    last = row
    bytes += size
    if (isMatch) page.push(row)
  }
  return { events: page.map(describe), searchedLogStreams: [] }
}

async function streamsOf(
  logs: Logs, group: GroupRow, { logStreamNames: names, logStreamNamePrefix: prefix = '' }: FilterLogEventsCommandInput
): Promise<StreamRow[]> {
  if (names && prefix !== '') throw new InvalidParameterException('Cannot specify both logStreamNames and logStreamNamePrefix.')
  if (names) return Promise.all(names.map(name => streamNamed(logs, group.name, name)))
  return (await logs.tables.streams.list({ prefix: [group.name] })).filter(stream => stream.name.startsWith(prefix))
}

const describe = (row: EventRow): FilteredLogEvent => ({
  logStreamName: row.stream, timestamp: row.timestamp, message: row.message, ingestionTime: row.ingestionTime, eventId: row.id
})
