import { movedInFlight } from '../queues/live.ts'
import { invalidValue, MessageNotInflight, visibilityTimeoutSecondsMax, type LiveQueue, type Message, type Sqs } from '../state.ts'
import { messageOf, type Receipted } from './delete.ts'
import { rescheduleOrdered } from './fifo.ts'
import { rescheduleStandard } from './standard.ts'

export interface Change extends Receipted { seconds: number }

/** Throws InvalidParameterValue for a time-out that no message can have. */
export function checkSeconds(seconds: number): void {
  if (seconds < 0 || seconds > visibilityTimeoutSecondsMax) {
    throw invalidValue(seconds, 'VisibilityTimeout', `VisibilityTimeout must be >= 0 and <= ${visibilityTimeoutSecondsMax}.`)
  }
}

/** Makes messages in flight visible at another time, in one commit. Returns what was wrong, for each. */
export async function changeVisibility(sqs: Sqs, queue: LiveQueue, changes: readonly Change[]): Promise<(Error | undefined)[]> {
  const now = sqs.now()
  const done: { message: Message, until: number }[] = []
  const failures = await sqs.transact(async inside => {
    done.length = 0
    const wrong: (Error | undefined)[] = []
    for (const change of changes) {
      const until = now + change.seconds * 1000
      const message = await messageOf(inside, queue, change.receipt)
      const failure = failureOf(queue, message, change, until, now)
      wrong.push(failure)
      if (failure) continue
      if (queue.settings.fifo) await rescheduleOrdered(inside, message!, until)
      else await rescheduleStandard(inside, message!, until)
      done.push({ message: message!, until })
    }
    return wrong
  })
  for (const { message, until } of done) movedInFlight(queue, message, message.at, until, now)
  return failures
}

function failureOf(queue: LiveQueue, message: Message | undefined, { handle, receipt, seconds }: Change, until: number, now: number): Error | undefined {
  if (!message) return invalidValue(handle, 'ReceiptHandle', 'Message does not exist or is not available for visibility timeout change.')
  const isLatest = message.receives === receipt.receives
  if (queue.settings.fifo && (message.at <= now || !isLatest)) {
    return invalidValue(handle, 'ReceiptHandle', 'Message does not exist or is not available for visibility timeout change.')
  }
  // A standard queue takes the handle of the last receive back, also after its time is over.
  if (message.at <= now && !isLatest) return new MessageNotInflight('The message referred to is not in flight.')
  // Twelve hours are all that one receive of a message can last.
  if (until - message.receivedAt! > visibilityTimeoutSecondsMax * 1000) {
    return invalidValue(seconds, 'VisibilityTimeout', `Total VisibilityTimeout for the message is beyond the limit [${visibilityTimeoutSecondsMax} seconds]`)
  }
  return undefined
}
