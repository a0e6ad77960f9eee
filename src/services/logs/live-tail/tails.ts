import type { StoredLogEvents } from '../../../contracts/events.ts'
import type { Logs, Tail } from '../state.ts'

/** Events in one update, a second's; of more than that AWS sends a sample, here the first. */
export const updateEventsMax = 500

/** Hands stored events to the live tails that listen to them. */
export function tell(logs: Logs, { group, stream, events, ingestionTime }: StoredLogEvents): void {
  for (const tail of logs.state.tails) {
    const logGroupIdentifier = tail.groups.get(group)
    if (logGroupIdentifier === undefined || tail.account !== logs.account || tail.region !== logs.region) continue
    for (const { timestamp, message } of events) {
      if (!tail.matches(stream, message)) continue
      if (tail.pending.length < updateEventsMax) tail.pending.push({ logStreamName: stream, logGroupIdentifier, message, timestamp, ingestionTime })
      else tail.sampled = true
    }
  }
}

/** The events of a tail's update, and whether they are a sample; the tail begins anew. */
export function takeUpdate(tail: Tail): { sessionMetadata: { sampled: boolean }, sessionResults: Tail['pending'] } {
  const update = { sessionMetadata: { sampled: tail.sampled }, sessionResults: tail.pending }
  tail.pending = []
  tail.sampled = false
  return update
}
