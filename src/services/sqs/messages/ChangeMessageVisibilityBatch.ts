import type { ChangeMessageVisibilityBatchCommandInput, ChangeMessageVisibilityBatchResult } from '@aws-sdk/client-sqs'
import { queueAt } from '../queues/live.ts'
import { InvalidParameterValue, type Sqs } from '../state.ts'
import { checkBatch, failedEntry, withoutEmpty } from './batches.ts'
import { receipted } from './delete.ts'
import { messagesFreed } from './dispatch.ts'
import { changeVisibility, checkSeconds, type Change } from './visibility.ts'

/** ChangeMessageVisibility for up to 10 messages in one commit; each succeeds or fails for itself. */
export async function ChangeMessageVisibilityBatch(sqs: Sqs, input: ChangeMessageVisibilityBatchCommandInput): Promise<ChangeMessageVisibilityBatchResult> {
  const queue = await queueAt(sqs, input.QueueUrl)
  checkBatch(input.Entries, 'ChangeMessageVisibilityBatchRequestEntry')
  const result: ChangeMessageVisibilityBatchResult = { Successful: [], Failed: [] }
  const good: (Change & { id: string })[] = []
  for (const { Id, ReceiptHandle, VisibilityTimeout } of input.Entries!) {
    try {
      if (VisibilityTimeout === undefined) throw new InvalidParameterValue('The request must contain the parameter VisibilityTimeout.')
      checkSeconds(VisibilityTimeout)
      good.push({ id: Id!, ...receipted(queue, ReceiptHandle!), seconds: VisibilityTimeout })
    } catch (error) {
      result.Failed!.push(failedEntry(Id, error))
    }
  }
  const failures = good.length > 0 ? await changeVisibility(sqs, queue, good) : []
  good.forEach(({ id }, at) => {
    if (failures[at]) result.Failed!.push(failedEntry(id, failures[at]))
    else result.Successful!.push({ Id: id })
  })
  messagesFreed(sqs, queue, good.some(({ seconds }) => seconds === 0))
  return withoutEmpty(result)
}
