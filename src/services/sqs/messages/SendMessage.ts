import type { SendMessageCommandInput, SendMessageResult } from '@aws-sdk/client-sqs'
import { queueAt } from '../queues/live.ts'
import type { Sqs } from '../state.ts'
import { contentOf } from './content.ts'
import { sealContents } from './sealing.ts'
import { send } from './send.ts'
import { sentFacts } from './views.ts'

/** Stores a message; answers when it is durable. Errors: InvalidParameterValue, InvalidMessageContents, MissingParameter, QueueDoesNotExist, Kms…. */
export async function SendMessage(sqs: Sqs, input: SendMessageCommandInput): Promise<SendMessageResult> {
  const queue = await queueAt(sqs, input.QueueUrl)
  const content = contentOf(queue, input)
  const [sent] = await send(sqs, queue, await sealContents(sqs, queue, [content]))
  return sentFacts(content, sent!)
}
