import { nextNumber } from '../sequence.ts'
import type { LiveQueue, Message, Sqs } from '../state.ts'

/** What a receiver asks for. */
export interface Want { max: number, visibilityMs: number }

/** What came of asking the store for messages, for several receivers at once. */
export interface Taken {
  /** For each that asked, in its order. */
  given: Message[][]
  expired: Message[]
  buried: Message[]
  /** Nothing that could be received was left behind. */
  exhausted: boolean
}

/** As many are taken in one transaction. */
const takenAtOnce = 500

export const wanted = (wants: readonly Want[], room: number): number => Math.min(room, takenAtOnce, wants.reduce((sum, want) => sum + want.max, 0))

export const isExpired = (queue: LiveQueue, message: Message, now: number): boolean => message.sentAt + queue.settings.retentionMs <= now

/** The message was received as often as the queue allows: the next time it goes to the dead-letter queue. */
export const isDead = (queue: LiveQueue, message: Message): boolean =>
  queue.settings.redrive !== undefined && message.receives >= queue.settings.redrive.receivesMax

/** The message as its receiver gets it. */
export function received(message: Message, want: Want, now: number): Message {
  return { ...message, at: now + want.visibilityMs, receives: message.receives + 1, receivedAt: now, firstReceivedAt: message.firstReceivedAt ?? now }
}

/** The message as it begins anew in another queue. A FIFO queue sets the time anew as well; a standard one lets it age on. */
export async function moved(inside: Sqs, message: Message, to: LiveQueue, source: string): Promise<Message> {
  const { firstReceivedAt: _, receivedAt: __, ...rest } = message
  const now = inside.now()
  const copy: Message = {
    ...rest, q: to.row.data, seq: nextNumber(inside), at: now, sentAt: to.settings.fifo ? now : message.sentAt, receives: 0, deadLetterSource: source,
    earlierReceives: (message.earlierReceives ?? 0) + message.receives,
  }
  if (message.body === undefined) {
    const large = await inside.tables.bodies.get(message.q, message.seq)
    if (large) await inside.tables.bodies.put({ ...large, q: copy.q, seq: copy.seq })
    await inside.tables.bodies.delete(message.q, message.seq)
  }
  return copy
}
