import type { GetLogEventsCommandInput, OutputLogEvent } from '@aws-sdk/client-cloudwatch-logs'
import { expiredBefore, groupOf, InvalidParameterException, streamNamed, type EventRow, type Logs } from '../state.ts'

const responseBytesMax = 1_048_576

/** Reads a stream's events in a span of time, forward (`f/`) or backward (`b/`) from a token; the latest first page by default. */
export async function GetLogEvents(logs: Logs, input: GetLogEventsCommandInput): Promise<{
  events: OutputLogEvent[], nextForwardToken: string, nextBackwardToken: string
}> {
  const group = await groupOf(logs, input)
  const stream = await streamNamed(logs, group.name, input.logStreamName!)
  const token = input.nextToken === undefined ? undefined : parseToken(input.nextToken)
  const forward = token ? token.direction === 'f' : input.startFromHead ?? false
  const start = Math.max(input.startTime ?? 0, expiredBefore(logs, group))
  const at = (timestamp: number) => [group.name, stream.name, timestamp] as const
  const rows = await logs.tables.events.list({
    prefix: [group.name, stream.name], limit: input.limit ?? 10_000, reverse: !forward,
    ...token && forward ? { after: [...at(token.timestamp), token.id] } : { from: at(start) },
    ...token && !forward ? { before: [...at(token.timestamp), token.id] } : input.endTime !== undefined && { before: at(input.endTime) },
  })
  const page = within(rows)
  if (!forward) page.reverse()
  const inSpan = page.filter(row => row.timestamp >= start && (input.endTime === undefined || row.timestamp < input.endTime))
  const [first, last] = [inSpan[0], inSpan.at(-1)]
  // At the end of the stream AWS returns the token that it was given.
  const unchanged = input.nextToken?.slice(2) ?? `${String(start).padStart(20, '0')}/`
  return {
    events: inSpan.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: last ? tokenOf('f', last) : `f/${unchanged}`,
    nextBackwardToken: first ? tokenOf('b', first) : `b/${unchanged}`,
  }
}

function within(rows: EventRow[]): EventRow[] {
  let bytes = 0
  const end = rows.findIndex(row => (bytes += row.message.length + 26) > responseBytesMax)
  return end < 0 ? rows : rows.slice(0, Math.max(1, end))
}

const tokenOf = (direction: 'f' | 'b', row: EventRow) => `${direction}/${String(row.timestamp).padStart(20, '0')}/${row.id}`

function parseToken(token: string): { direction: 'f' | 'b', timestamp: number, id: string } {
  const match = /^([fb])\/(\d{20})\/(\d*)$/.exec(token)
  if (!match) throw new InvalidParameterException('The specified nextToken is invalid.')
  return { direction: match[1] as 'f' | 'b', timestamp: Number(match[2]), id: match[3]! }
}
