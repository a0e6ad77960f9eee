import type { EventRow, Logs, StreamRow } from '../state.ts'

/** Merges streams' events in the order of their times; both ends of the span count. Times in milliseconds since 1970. */
export async function * byTime(logs: Logs, streams: StreamRow[], start: number, end: number | undefined): AsyncIterable<EventRow> {
  const heads: { row: EventRow, rest: AsyncIterator<EventRow> }[] = []
  for (const stream of streams) {
    if (stream.lastEventAt === undefined || stream.lastEventAt < start) continue
    if (end !== undefined && stream.firstEventAt !== undefined && stream.firstEventAt > end) continue
    const rest = logs.tables.events.each({ prefix: [stream.group, stream.name], from: [stream.group, stream.name, start] })[Symbol.asyncIterator]()
    const first = await rest.next()
    if (!first.done) heads.push({ row: first.value, rest })
  }
  while (heads.length > 0) {
    let earliest = 0
    for (let at = 1; at < heads.length; at++) if (isBefore(heads[at]!.row, heads[earliest]!.row)) earliest = at
    const head = heads[earliest]!
    if (end !== undefined && head.row.timestamp > end) return
    yield head.row
    const next = await head.rest.next()
    if (next.done) heads.splice(earliest, 1)
    else head.row = next.value
  }
}

const isBefore = (a: EventRow, b: EventRow) => a.timestamp < b.timestamp || (a.timestamp === b.timestamp && a.id < b.id)
