import type { DeleteMessageCommandInput } from '@aws-sdk/client-sqs'
import { queueAt } from '../queues/live.ts'
import type { Sqs } from '../state.ts'
import { deleteMessages, receipted } from './delete.ts'
import { messagesFreed } from './dispatch.ts'

/** Deletes a message. Errors: ReceiptHandleIsInvalid; for a FIFO queue InvalidParameterValue where the handle has expired. */
export async function DeleteMessage(sqs: Sqs, input: DeleteMessageCommandInput): Promise<{}> {
  const queue = await queueAt(sqs, input.QueueUrl)
  const [failure] = await deleteMessages(sqs, queue, [receipted(queue, input.ReceiptHandle!)])
  if (failure) throw failure
  messagesFreed(sqs, queue, queue.settings.fifo)
  return {}
}
