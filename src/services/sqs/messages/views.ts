import type { Message as MessageView, MessageSystemAttributeName, SendMessageResult } from '@aws-sdk/client-sqs'
import { sequenceText } from '../sequence.ts'
import type { AttributeValue, LiveQueue, Message } from '../state.ts'
import type { Content } from './content.ts'
import { md5OfAttributes } from './md5.ts'
import { receiptHandle } from './receipts.ts'
import type { Sent } from './send.ts'

/** What sending a message answers. */
export const sentFacts = (content: Content, sent: Sent) => ({
  MessageId: sent.messageId, MD5OfMessageBody: content.md5, MD5OfMessageAttributes: content.md5OfAttributes,
  MD5OfMessageSystemAttributes: content.md5OfSystemAttributes, SequenceNumber: sent.sequenceNumber,
}) satisfies SendMessageResult

/** Which attributes a receiver wants to see. */
export interface Shown { system: ReadonlySet<string>, names: readonly string[] }

/** A message as its receiver sees it; `body` is the text of one that is kept apart. */
export function messageView(queue: LiveQueue, message: Message, body: string, shown: Shown): MessageView {
  const view: MessageView = { MessageId: message.id, ReceiptHandle: receiptHandle(queue, message), MD5OfBody: message.md5, Body: body }
  if (shown.system.size > 0) {
    const attributes = systemAttributes(message, shown.system)
    if (Object.keys(attributes).length > 0) view.Attributes = attributes
  }
  if (message.attributes && shown.names.length > 0) {
    const selected = selectedAttributes(message.attributes, shown.names)
    if (Object.keys(selected).length > 0) {
      view.MessageAttributes = selected
      view.MD5OfMessageAttributes = md5OfAttributes(selected)
    }
  }
  return view
}

function systemAttributes(message: Message, wanted: ReadonlySet<string>): Partial<Record<MessageSystemAttributeName, string>> {
  const all: [MessageSystemAttributeName, string | number | undefined][] = [
    ['SenderId', message.sender], ['SentTimestamp', message.sentAt], ['ApproximateReceiveCount', message.receives + (message.earlierReceives ?? 0)],
    ['ApproximateFirstReceiveTimestamp', message.firstReceivedAt],
    ['SequenceNumber', message.deduplicationId === undefined ? undefined : sequenceText(message.seq)],
    ['MessageDeduplicationId', message.deduplicationId], ['MessageGroupId', message.group], ['AWSTraceHeader', message.traceHeader],
    ['DeadLetterQueueSourceArn', message.deadLetterSource],
  ]
  const shown = all.filter(([name, value]) => value !== undefined && (wanted.has('All') || wanted.has(name)))
  return Object.fromEntries(shown.map(([name, value]) => [name, String(value)]))
}

/** Names as they are, `All`, `.*`, and beginnings: `Foo.*`. */
function selectedAttributes(attributes: Record<string, AttributeValue>, names: readonly string[]): Record<string, AttributeValue> {
  if (names.includes('All') || names.includes('.*')) return attributes
  const isWanted = (name: string) => names.some(each => each === name || (each.endsWith('.*') && name.startsWith(each.slice(0, -2))))
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)))
}
