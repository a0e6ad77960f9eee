import type { PurgeQueueCommandInput } from '@aws-sdk/client-sqs'
import { cleanUpAfterMs, PurgeQueueInProgress, purgeIntervalMs, type Sqs } from '../state.ts'
import { nextNumber } from '../sequence.ts'
import { queueAt, stopTimers } from './live.ts'
import { changeRow } from './SetQueueAttributes.ts'

/** Takes all messages away, those in flight as well, at once (AWS takes up to a minute). Errors: PurgeQueueInProgress within 60 s of the last one. */
export async function PurgeQueue(sqs: Sqs, input: PurgeQueueCommandInput): Promise<{}> {
  const queue = await queueAt(sqs, input.QueueUrl)
  await changeRow(sqs, queue, async (inside, row) => {
    const now = inside.now()
    if (row.purgedAt !== undefined && row.purgedAt + purgeIntervalMs > now) {
      throw new PurgeQueueInProgress(`Only one PurgeQueue operation on ${row.name} is allowed every 60 seconds.`)
    }
    // The messages belong to nobody from now on, however many they are; they are deleted bit by bit.
    inside.enqueue('deleteMessages', { q: row.data }, { at: now + cleanUpAfterMs })
    return { ...row, data: nextNumber(inside), purgedAt: now }
  })
  queue.messages = 0
  queue.inFlight.clear()
  queue.delayed.clear()
  queue.groups.clear()
  queue.attempts.clear()
  stopTimers(queue)
  return {}
}
