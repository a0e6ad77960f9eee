import type { LiveQueue, Message, Sqs } from '../state.ts'
import { movedInFlight } from '../queues/live.ts'
import { forgetIds, oldestOrdered, removeOrdered } from './fifo.ts'
import { oldestStandard, removeStandard } from './standard.ts'
import { isExpired } from './taking.ts'

const sweptAtOnce = 200

/** Counts messages that came into a dead-letter queue. */
export function countBuried(sqs: Sqs, dead: LiveQueue, messages: readonly Message[]): void {
  dead.messages += messages.length
  dead.usedAt = sqs.now()
  scheduleSweep(sqs, dead)
}

/** Sees to it that messages go when they are too old, by the cloud's clock. Receivers never get such a one, so this may be late by a second. */
export function scheduleSweep(sqs: Sqs, queue: LiveQueue, at = sqs.now() + queue.settings.retentionMs): void {
  if (queue.isGone || sqs.state.closed || queue.sweep || (queue.messages === 0 && !queue.settings.fifo)) return
  const background = sqs.state.at({ account: queue.account, region: queue.region })
  queue.sweep = { at, cancel: sqs.clock.at(at, async () => {
    queue.sweep = undefined
    await sweep(background, queue)
  }) }
}

/** Deletes what is too old, and comes back when the next message will be. */
export async function sweep(sqs: Sqs, queue: LiveQueue): Promise<void> {
  queue.sweep?.cancel()
  queue.sweep = undefined
  for (;;) {
    if (queue.isGone || sqs.state.closed) return
    const oldest = await (queue.settings.fifo ? oldestOrdered : oldestStandard)(sqs, queue, sweptAtOnce)
    const old = oldest.filter(message => isExpired(queue, message, sqs.now()))
    if (old.length === 0) {
      if (queue.settings.fifo) await forgetIds(sqs, queue)
      if (oldest[0]) scheduleSweep(sqs, queue, Math.max(oldest[0].sentAt + queue.settings.retentionMs, sqs.now() + 1000))
      return
    }
    await remove(sqs, queue, old)
  }
}

async function remove(sqs: Sqs, queue: LiveQueue, messages: Message[]): Promise<void> {
  await sqs.transact(async inside => {
    if (queue.settings.fifo) return removeOrdered(inside, messages)
    for (const message of messages) await removeStandard(inside, message)
  })
  const now = sqs.now()
  queue.messages -= messages.length
  for (const message of messages) {
    if (message.receives > 0) movedInFlight(queue, message, message.at, 0, now)
    else queue.delayed.remove(message.at, now)
  }
}
