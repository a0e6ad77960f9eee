import type { GetQueueAttributesCommandInput, GetQueueAttributesResult, QueueAttributeName } from '@aws-sdk/client-sqs'
import type { LiveQueue, Sqs } from '../state.ts'
import { computed, settable, unknownAttribute } from './attributes.ts'
import { queueAt } from './live.ts'

/** What is set on a queue and what can be said of it; the numbers of messages are exact, unlike AWS's. Errors: InvalidAttributeName. */
export async function GetQueueAttributes(sqs: Sqs, input: GetQueueAttributesCommandInput): Promise<GetQueueAttributesResult> {
  const queue = await queueAt(sqs, input.QueueUrl)
  const names: string[] = input.AttributeNames ?? []
  for (const name of names) if (name !== 'All' && !settable.has(name) && !computed.includes(name)) throw unknownAttribute(name)
  const all = { ...computedOf(sqs, queue), ...queue.row.attributes }
  const wanted = names.includes('All') ? Object.entries(all) : Object.entries(all).filter(([name]) => names.includes(name))
  return wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) as Partial<Record<QueueAttributeName, string>> } : {}
}

function computedOf(sqs: Sqs, queue: LiveQueue): Record<string, string> {
  const { visible, inFlight, delayed } = numbersOf(queue, sqs.now())
  return {
    QueueArn: queue.arn, ApproximateNumberOfMessages: String(visible), ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(queue.row.createdAt / 1000)), LastModifiedTimestamp: String(Math.floor(queue.row.modifiedAt / 1000)),
  }
}

/** How many messages can be received, are in flight, and wait for their delay to end. */
export function numbersOf(queue: LiveQueue, now: number): { visible: number, inFlight: number, delayed: number } {
  const inFlight = queue.inFlight.count(now)
  const delayed = queue.delayed.count(now)
  return { visible: Math.max(0, queue.messages - inFlight - delayed), inFlight, delayed }
}
