import { movedInFlight } from '../queues/live.ts'
import { deduplicationMs, type LiveQueue, type Message, type Sqs } from '../state.ts'
import { rescheduleOrdered } from './fifo.ts'

/**
 * What an earlier receive of the same ReceiveRequestAttemptId got, within five minutes and as long as none of its messages was deleted, became
 * visible or had its visibility changed: the same messages and receipt handles, with their visibility timeout begun anew. Kept in memory.
 */
export async function retriedReceive(sqs: Sqs, queue: LiveQueue, ask: { visibilityMs: number, attemptId?: string }): Promise<Message[] | undefined> {
  for (const [id, { at }] of queue.attempts) {
    if (at + deduplicationMs > sqs.now()) break
    queue.attempts.delete(id)
  }
  const earlier = ask.attemptId === undefined ? undefined : queue.attempts.get(ask.attemptId)
  if (!earlier) return undefined
  const now = sqs.now()
  const until = now + ask.visibilityMs
  const again = await sqs.transact(async inside => {
    for (const message of earlier.messages) {
      const current = await inside.tables.ordered.get(message.q, message.group!, message.seq)
      if (!current || current.receives !== message.receives || current.at !== message.at || current.at <= now) return undefined
    }
    for (const message of earlier.messages) await rescheduleOrdered(inside, message, until)
    return earlier.messages.map(message => ({ ...message, at: until }))
  })
  if (again) for (const message of earlier.messages) movedInFlight(queue, message, message.at, until, now)
  else queue.attempts.delete(ask.attemptId!)
  return again
}
