import type { DeleteMessageBatchCommandInput, DeleteMessageBatchResult } from '@aws-sdk/client-sqs'
import { queueAt } from '../queues/live.ts'
import type { Sqs } from '../state.ts'
import { checkBatch, failedEntry, withoutEmpty } from './batches.ts'
import { deleteMessages, receipted, type Receipted } from './delete.ts'
import { messagesFreed } from './dispatch.ts'

/** Deletes up to 10 messages in one commit; each handle succeeds or fails for itself. */
export async function DeleteMessageBatch(sqs: Sqs, input: DeleteMessageBatchCommandInput): Promise<DeleteMessageBatchResult> {
  const queue = await queueAt(sqs, input.QueueUrl)
  checkBatch(input.Entries, 'DeleteMessageBatchRequestEntry')
  const result: DeleteMessageBatchResult = { Successful: [], Failed: [] }
  const good: (Receipted & { id: string })[] = []
  for (const { Id, ReceiptHandle } of input.Entries!) {
    try {
      good.push({ id: Id!, ...receipted(queue, ReceiptHandle!) })
    } catch (error) {
      result.Failed!.push(failedEntry(Id, error))
    }
  }
  const failures = good.length > 0 ? await deleteMessages(sqs, queue, good) : []
  good.forEach(({ id }, at) => {
    if (failures[at]) result.Failed!.push(failedEntry(id, failures[at]))
    else result.Successful!.push({ Id: id })
  })
  messagesFreed(sqs, queue, queue.settings.fifo)
  return withoutEmpty(result)
}
