import { movedInFlight } from '../queues/live.ts'
import { measure, used } from '../queues/metrics.ts'
import { invalidValue, type LiveQueue, type Message, type Sqs } from '../state.ts'
import { removeOrdered } from './fifo.ts'
import { receiptOf, type Receipt } from './receipts.ts'
import { removeStandard } from './standard.ts'

/** What a receipt handle names, or why it does not. */
export type Receipted = { handle: string, receipt: Receipt }

export const receipted = (queue: LiveQueue, handle: string): Receipted => ({ handle, receipt: receiptOf(queue, handle) })

/**
 * Deletes what the handles name, in one commit. A message that is gone already is no error. A standard queue takes any handle of a message;
 * a FIFO queue only that of its last receive, and only while it is in flight. Returns what was wrong, for each handle.
 */
export async function deleteMessages(sqs: Sqs, queue: LiveQueue, handles: readonly Receipted[]): Promise<(Error | undefined)[]> {
  const deleted: Message[] = []
  const now = sqs.now()
  const failures = await sqs.transact(async inside => {
    deleted.length = 0
    const wrong: (Error | undefined)[] = []
    for (const { handle, receipt } of handles) {
      const message = await messageOf(inside, queue, receipt)
      const isLost = message && queue.settings.fifo && (message.receives !== receipt.receives || message.at <= now)
      wrong.push(isLost ? invalidValue(handle, 'ReceiptHandle', 'The receipt handle has expired.') : undefined)
      if (message && !isLost && !deleted.some(each => each.seq === message.seq)) deleted.push(message)
    }
    if (queue.settings.fifo) await removeOrdered(inside, deleted)
    else for (const message of deleted) await removeStandard(inside, message)
    return wrong
  })
  queue.messages -= deleted.length
  used(sqs, queue)
  if (deleted.length > 0) measure(sqs, queue, 'NumberOfMessagesDeleted', deleted.length)
  for (const message of deleted) movedInFlight(queue, message, message.at, 0, now)
  return failures
}

/** The message of a receipt, as it is now; undefined where it is gone. */
export async function messageOf(inside: Sqs, queue: LiveQueue, { data, seq, group }: Receipt): Promise<Message | undefined> {
  if (data !== queue.row.data) return undefined
  return queue.settings.fifo ? inside.tables.ordered.get(data, group ?? '', seq) : inside.tables.taken.get(data, seq)
}
