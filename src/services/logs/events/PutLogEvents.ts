import type { PutLogEventsCommandInput, RejectedLogEventsInfo } from '@aws-sdk/client-cloudwatch-logs'
import {
  batchBytesMax, batchEventsMax, dayMs, eventOverheadBytes, expiredBefore, futureMaxMs, groupNamed, InvalidParameterException, pastMaxMs, streamNamed, type Logs
} from '../state.ts'
import { appendEvents } from './append.ts'

interface InputEvent { timestamp: number, message: string }

/** Adds a batch of events, in order of time: at most 10,000 events and 1 MB with 26 bytes for each, within 24 hours of each other. */
export async function PutLogEvents(logs: Logs, input: PutLogEventsCommandInput): Promise<{
  nextSequenceToken: string, rejectedLogEventsInfo?: RejectedLogEventsInfo
}> {
  const events = input.logEvents as InputEvent[]
  checkBatch(events)
  const group = await groupNamed(logs, input.logGroupName)
  const stream = await streamNamed(logs, group.name, input.logStreamName!)
  const now = logs.now()
  const tooNew = events.findIndex(event => event.timestamp > now + futureMaxMs)
  const tooOld = events.filter(event => event.timestamp < now - pastMaxMs).length
  const expired = events.filter(event => event.timestamp < expiredBefore(logs, group)).length
  const accepted = events.slice(Math.max(tooOld, expired), tooNew < 0 ? undefined : tooNew)
  if (accepted.length > 0) await appendEvents(logs, group, stream, accepted)
  const rejected: RejectedLogEventsInfo = {
    ...tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }, ...tooOld > 0 && { tooOldLogEventEndIndex: tooOld },
    ...expired > 0 && { expiredLogEventEndIndex: expired },
  }
  return { nextSequenceToken: String(now).padStart(56, '4'), ...Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected } }
}

function checkBatch(events: InputEvent[]): void {
  const problem = "1 validation error detected: Value '[]' at 'logEvents' failed to satisfy constraint: Member must have length"
  if (events.length === 0) throw new InvalidParameterException(`${problem} greater than or equal to 1`)
  if (events.length > batchEventsMax) throw new InvalidParameterException(`${problem} less than or equal to ${batchEventsMax}`)
  let bytes = 0
  let previous = -Infinity
  for (const { timestamp, message } of events) {
    const size = Buffer.byteLength(message) + eventOverheadBytes
    if (size > batchBytesMax) throw new InvalidParameterException(`Log event too large: ${size} bytes exceeds limit of ${batchBytesMax}`)
    bytes += size
    if (timestamp < previous) throw new InvalidParameterException('Log events in a single PutLogEvents request must be in chronological order.')
    previous = timestamp
  }
  if (bytes > batchBytesMax) throw new InvalidParameterException(`Upload too large: ${bytes} bytes exceeds limit of ${batchBytesMax}`)
  if (previous - events[0]!.timestamp > dayMs) {
    throw new InvalidParameterException('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.')
  }
}
