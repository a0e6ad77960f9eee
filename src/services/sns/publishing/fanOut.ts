import { deduplicationMs, type Message, type SealedMessage, type Sns, type SubscriptionRow, type TopicRow } from '../state.ts'
import { filtered } from '../subscriptions/filter.ts'
import { count } from '../metrics.ts'

/** What a publisher is told. */
export interface Published { MessageId: string, SequenceNumber?: string }

const sequenceBase = 10_000_000_000_000_000_000n
/** At most so many ids that are no longer needed are cleared away with one message. */
const clearedMax = 20

/**
 * Takes a message: one delivery for each subscription whose filter it passes is queued with it, in the transaction of the publication. One that
 * was published within five minutes is answered again and delivered no more. `at`: a scope of the topic's account; `kept`: how a message waits.
 */
export async function fanOut(
  at: Sns, topic: TopicRow, message: Message, { subscriptions, kept }: { subscriptions: SubscriptionRow[], kept: Keep }
): Promise<Published> {
  if (!topic.fifo) {
    owe(at, topic, message, { subscriptions, kept })
    return { MessageId: message.id }
  }
  const group = topic.attributes.FifoThroughputScope === 'MessageGroup' ? message.group! : ''
  const before = await earlier(at, topic, group, message)
  if (before) return { MessageId: before.messageId, SequenceNumber: before.sequence }
  const last = (await at.tables.sequences.get(topic.name))?.last ?? 0
  await at.tables.sequences.put({ topic: topic.name, last: last + 1 })
  const sequence = String(sequenceBase + BigInt(last + 1) * 256n)
  await at.tables.deduplications.put({
    topic: topic.name, period: periodOf(message.publishedAt), group, id: message.deduplicationId!, messageId: message.id, sequence, at: message.publishedAt,
  })
  owe(at, topic, { ...message, sequence }, { subscriptions, kept })
  return { MessageId: message.id, SequenceNumber: sequence }
}

const periodOf = (ms: number) => Math.floor(ms / deduplicationMs)

async function earlier(at: Sns, topic: TopicRow, group: string, { deduplicationId, publishedAt }: Message) {
  const period = periodOf(publishedAt)
  for (const old of await at.tables.deduplications.list({ prefix: [topic.name], before: [topic.name, period - 1], limit: clearedMax })) {
    await at.tables.deduplications.delete(old.topic, old.period, old.group, old.id)
  }
  for (const each of [period, period - 1]) {
    const found = await at.tables.deduplications.get(topic.name, each, group, deduplicationId!)
    if (found && found.at + deduplicationMs > publishedAt) return found
  }
  return undefined
}

/** The form in which a message waits for its delivery. */
type Keep = (message: Message) => Message | SealedMessage

function owe(at: Sns, topic: TopicRow, message: Message, { subscriptions, kept }: { subscriptions: SubscriptionRow[], kept: Keep }): void {
  const waiting = kept(message)
  for (const subscription of subscriptions) {
    if (subscription.token !== undefined) continue
    const verdict = filtered(at, subscription, message)
    if (verdict !== 'passes') {
      count(at, topic.name, 'NumberOfNotificationsFilteredOut')
      if (verdict !== 'FilteredOut') count(at, topic.name, `NumberOfNotificationsFilteredOut-${verdict}`)
      continue
    }
    const order = topic.fifo ? { order: `${subscription.arn} ${message.group}` } : {}
    at.enqueue('deliver', { topic: subscription.topic, subscription: subscription.id, message: waiting, failures: 0 }, order)
  }
}
