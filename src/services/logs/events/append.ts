import { pointsOf } from '../metric-filters/points.ts'
import type { GroupRow, Logs, StreamRow } from '../state.ts'
import { queueDeliveries } from '../subscriptions/deliver.ts'

/** Writes events to a stream in the running transaction and tells those who listen. Times in milliseconds since 1970. */
export async function appendEvents(logs: Logs, group: GroupRow, stream: StreamRow, events: { timestamp: number, message: string }[]): Promise<void> {
  const ingestionTime = logs.now()
  const stored: { id: string, timestamp: number, message: string }[] = []
  let { firstEventAt = Infinity, lastEventAt = -Infinity } = stream
  for (const { timestamp, message } of events) {
    const id = eventId(timestamp, ingestionTime, ++logs.state.sequence)
    await logs.tables.events.put({ group: stream.group, stream: stream.name, timestamp, id, ingestionTime, message })
    stored.push({ id, timestamp, message })
    firstEventAt = Math.min(firstEventAt, timestamp)
    lastEventAt = Math.max(lastEventAt, timestamp)
  }
  await logs.tables.streams.put({ ...stream, firstEventAt, lastEventAt, lastIngestionAt: ingestionTime })
  if (group.subscriptionFilterCount) await queueDeliveries(logs, stream, stored)
  const filters = group.metricFilterCount ? await pointsOf(logs, group.name, stored) : []
  logs.publish('logs.events.put', { group: stream.group, stream: stream.name, events: stored })
  logs.notify('logs.events.stored', { group: group.name, logGroupClass: group.logGroupClass, stream: stream.name, ingestionTime, events: stored, filters })
}

const eventId = (timestamp: number, ingestionTime: number, sequence: number) =>
  `3${String(timestamp).padStart(19, '0')}${String(ingestionTime).padStart(18, '0')}${String(sequence).padStart(18, '0')}`
