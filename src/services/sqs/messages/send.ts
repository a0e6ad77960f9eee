import { headerOf } from '../../../platform/tracing.ts'
import { measure, used } from '../queues/metrics.ts'
import { nextNumber, sequenceText } from '../sequence.ts'
import { inlineBytesMax, type LiveQueue, type Message, type Sqs } from '../state.ts'
import type { Content } from './content.ts'
import { messagesAvailable, notify } from './dispatch.ts'
import { duplicateOf, putOrdered, rememberId } from './fifo.ts'
import { sha256 } from './md5.ts'
import { scheduleSweep } from './retention.ts'
import { putStandard } from './standard.ts'

/** What sending answers, beside the MD5s. */
export interface Sent { messageId: string, sequenceNumber?: string }

/** Stores messages, all together; resolves when they are durable, and wakes who waits for them. */
export async function send(sqs: Sqs, queue: LiveQueue, contents: readonly Content[]): Promise<Sent[]> {
  const messages: (Message | undefined)[] = []
  const delayed = contents.every(content => content.delayMs > 0)
  const sent = await sqs.transact(async inside => {
    messages.length = 0
    const results: Sent[] = []
    for (const content of contents) results.push(await put(inside, queue, content, message => messages.push(message)))
    if (!delayed && messages.length > 0) notify(inside, queue)
    // Who waits is served as soon as the messages are written: what they get becomes durable after these, and the two syncs are one.
    if (queue.waiters.length > 0) setImmediate(() => messagesAvailable(sqs, queue))
    return results
  })
  if (messages.length < contents.length) measure(sqs, queue, 'NumberOfDeduplicatedSentMessages', contents.length - messages.length)
  if (messages.length === 0) return sent
  const now = sqs.now()
  queue.messages += messages.length
  used(sqs, queue)
  measure(sqs, queue, 'NumberOfMessagesSent', messages.length)
  for (const message of messages) {
    measure(sqs, queue, 'SentMessageSize', message!.sizeBytes, 'Bytes')
    queue.delayed.add(message!.at, now)
  }
  if (queue.sweep === undefined) scheduleSweep(sqs, queue)
  messagesAvailable(sqs, queue)
  return sent
}

async function put(inside: Sqs, queue: LiveQueue, content: Content, added: (message: Message) => void): Promise<Sent> {
  if (!queue.settings.fifo) {
    const message = messageOf(inside, queue, content)
    if (message.body === undefined) await putBody(inside, message, content)
    await putStandard(inside, message)
    added(message)
    return { messageId: message.id }
  }
  const id = content.deduplicationId ?? sha256(content.body)
  const scope = queue.settings.perGroup ? content.group! : ''
  const duplicate = await duplicateOf(inside, queue, scope, id)
  if (duplicate) return { messageId: duplicate.messageId, sequenceNumber: sequenceText(duplicate.seq) }
  const message = messageOf(inside, queue, { ...content, deduplicationId: id })
  await rememberId(inside, queue, { scope, id, messageId: message.id, seq: message.seq, sentAt: message.sentAt })
  if (message.body === undefined) await putBody(inside, message, content)
  await putOrdered(inside, message)
  added(message)
  return { messageId: message.id, sequenceNumber: sequenceText(message.seq) }
}

function messageOf(inside: Sqs, queue: LiveQueue, content: Content): Message {
  const now = inside.now()
  const { md5, sizeBytes, attributes, sealed, group, deduplicationId } = content
  const traceHeader = content.traceHeader ?? (inside.trace.lineage === undefined ? undefined : headerOf(inside.trace))
  const message: Message = {
    q: queue.row.data, seq: nextNumber(inside), at: now + content.delayMs, id: inside.newId(), md5, sizeBytes, sentAt: now, sender: inside.principal.userId,
    receives: 0,
  }
  if (sizeBytes <= inlineBytesMax) message.body = content.body
  if (attributes) message.attributes = attributes
  if (sealed) message.sealed = sealed
  if (traceHeader !== undefined) message.traceHeader = traceHeader
  if (group !== undefined) message.group = group
  if (deduplicationId !== undefined) message.deduplicationId = deduplicationId
  return message
}

const putBody = (inside: Sqs, { q, seq }: Message, { body }: Content) => inside.tables.bodies.put({ q, seq, body })
