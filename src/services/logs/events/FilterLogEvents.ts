import type { FilteredLogEvent, FilterLogEventsCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { decodeToken, encodeToken } from '../../../platform/pagination.ts'
import { compileFilterPattern } from '../filters/pattern.ts'
import { expiredBefore, groupNamed, groupNameOf, InvalidParameterException, streamNamed, type EventRow, type Logs, type StreamRow } from '../state.ts'

/** Events of a group's streams that match a filter pattern, by time across streams. */
export async function FilterLogEvents(logs: Logs, input: FilterLogEventsCommandInput): Promise<{ events: FilteredLogEvent[], searchedLogStreams: never[], nextToken?: string }> {
  const group = await groupNamed(logs, groupNameOf(input.logGroupIdentifier ?? input.logGroupName ?? ''))
  const { logStreamNames: names, logStreamNamePrefix: prefix, limit = 10_000 } = input
  if (names && prefix !== undefined) throw new InvalidParameterException('Cannot specify both logStreamNames and logStreamNamePrefix.')
  const matches = compileFilterPattern(input.filterPattern ?? '')
  const position = input.nextToken === undefined ? undefined : decodeToken(`FilterLogEvents ${group.name}`, input.nextToken)
  if (input.nextToken !== undefined && !position) throw new InvalidParameterException('The specified nextToken is invalid.')
  const streams = names
    ? await Promise.all(names.map(name => streamNamed(logs, group.name, name)))
    : (await logs.tables.streams.list({ prefix: [group.name] })).filter(stream => stream.name.startsWith(prefix ?? ''))
  const start = Math.max(input.startTime ?? 0, expiredBefore(logs, group), Number(position?.[0] ?? 0))
  const found: EventRow[] = []
  for await (const row of byTime(logs, streams, start, input.endTime)) {
    if (position && row.timestamp === Number(position[0]) && row.id <= String(position[1])) continue
    if (!matches(row.message)) continue
    found.push(row)
    if (found.length > limit) break
  }
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    events: page.map(row => ({ logStreamName: row.stream, timestamp: row.timestamp, message: row.message, ingestionTime: row.ingestionTime, eventId: row.id })),
    searchedLogStreams: [], ...found.length > limit && last && { nextToken: encodeToken(`FilterLogEvents ${group.name}`, [last.timestamp, last.id]) },
  }
}

/** Merges the streams' events in the order of their times; both ends of the span count. */
async function * byTime(logs: Logs, streams: StreamRow[], start: number, end: number | undefined): AsyncIterable<EventRow> {
  const heads: { row: EventRow, rest: AsyncIterator<EventRow> }[] = []
  for (const stream of streams) {
    if (stream.lastEventAt === undefined || stream.lastEventAt < start) continue
    const rest = logs.tables.events.each({ prefix: [stream.group, stream.name], from: [stream.group, stream.name, start] })[Symbol.asyncIterator]()
    const first = await rest.next()
    if (!first.done) heads.push({ row: first.value, rest })
  }
  while (heads.length > 0) {
    let earliest = 0
    heads.forEach(({ row }, at) => { if (isBefore(row, heads[earliest]!.row)) earliest = at })
    const head = heads[earliest]!
    if (end !== undefined && head.row.timestamp > end) return
    yield head.row
    const next = await head.rest.next()
    if (next.done) heads.splice(earliest, 1)
    else head.row = next.value
  }
}

const isBefore = (a: EventRow, b: EventRow) => a.timestamp < b.timestamp || (a.timestamp === b.timestamp && a.id < b.id)
