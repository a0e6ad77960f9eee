import type { Message as MessageView, ReceiveMessageCommandInput, ReceiveMessageResult } from '@aws-sdk/client-sqs'
import { queueAt } from '../queues/live.ts'
import { measure, used } from '../queues/metrics.ts'
import { InvalidAttributeName, invalidValue, receiveMessagesMax, visibilityTimeoutSecondsMax, type LiveQueue, type Message, type Sqs } from '../state.ts'
import { retriedReceive } from './attempts.ts'
import { receive } from './dispatch.ts'
import { checkMayOpen, openMessage } from './sealing.ts'
import { messageView, type Shown } from './views.ts'

const systemNames = new Set([
  'All', 'SenderId', 'SentTimestamp', 'ApproximateReceiveCount', 'ApproximateFirstReceiveTimestamp', 'SequenceNumber', 'MessageDeduplicationId',
    'MessageGroupId', 'AWSTraceHeader',
  'DeadLetterQueueSourceArn',
])

/** Receives up to 10 messages, waiting for up to 20 s until there is one. Errors: InvalidParameterValue, OverLimit, QueueDoesNotExist. */
export async function ReceiveMessage(sqs: Sqs, input: ReceiveMessageCommandInput): Promise<ReceiveMessageResult> {
  const queue = await queueAt(sqs, input.QueueUrl)
  const ask = askOf(queue, input)
  const shown: Shown = { system: new Set<string>([...input.AttributeNames ?? [], ...input.MessageSystemAttributeNames ?? []]),
    names: input.MessageAttributeNames ?? [] }
  for (const name of shown.system) if (!systemNames.has(name)) throw new InvalidAttributeName(`Unknown Attribute ${name}.`)
  await checkMayOpen(sqs, queue)
  used(sqs, queue)
  const messages = await retriedReceive(sqs, queue, ask) ?? await receive(sqs, queue, ask)
  if (messages.length === 0) {
    measure(sqs, queue, 'NumberOfEmptyReceives', 1)
    return {}
  }
  measure(sqs, queue, 'NumberOfMessagesReceived', messages.length)
  if (ask.attemptId !== undefined) queue.attempts.set(ask.attemptId, { at: sqs.now(), messages })
  const views: MessageView[] = []
  for (const message of messages) {
    const opened = await openMessage(sqs, queue, message, await bodyOf(sqs, message))
    views.push(messageView(queue, opened.message, opened.body, shown))
  }
  return { Messages: views }
}

function askOf(queue: LiveQueue, input: ReceiveMessageCommandInput): { max: number, visibilityMs: number, waitMs: number, attemptId?: string } {
  const { MaxNumberOfMessages: max = 1, VisibilityTimeout: visibility, WaitTimeSeconds: wait, ReceiveRequestAttemptId: attemptId } = input
  if (max < 1 || max > receiveMessagesMax) throw invalidValue(max, 'MaxNumberOfMessages', `Must be between 1 and ${receiveMessagesMax}, if provided.`)
  if (wait !== undefined && (wait < 0 || wait > 20)) throw invalidValue(wait, 'WaitTimeSeconds', 'Must be >= 0 and <= 20, if provided.')
  if (visibility !== undefined && (visibility < 0 || visibility > visibilityTimeoutSecondsMax)) {
    throw invalidValue(visibility, 'VisibilityTimeout', `Must be >= 0 and <= ${visibilityTimeoutSecondsMax}, if provided.`)
  }
  if (attemptId !== undefined && !queue.settings.fifo) {
    throw invalidValue(attemptId, 'ReceiveRequestAttemptId', 'The request include parameter that is not valid for this queue type.')
  }
  return {
    max, visibilityMs: visibility === undefined ? queue.settings.visibilityMs : visibility * 1000,
      waitMs: wait === undefined ? queue.settings.waitMs : wait * 1000,
    ...attemptId !== undefined && { attemptId },
  }
}

async function bodyOf(sqs: Sqs, message: Message): Promise<string> {
  return message.body ?? (await sqs.tables.bodies.get(message.q, message.seq))?.body ?? ''
}
