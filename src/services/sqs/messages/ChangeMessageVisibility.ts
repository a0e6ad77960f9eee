import type { ChangeMessageVisibilityCommandInput } from '@aws-sdk/client-sqs'
import { queueAt } from '../queues/live.ts'
import type { Sqs } from '../state.ts'
import { receipted } from './delete.ts'
import { messagesFreed } from './dispatch.ts'
import { changeVisibility, checkSeconds } from './visibility.ts'

/** Makes a message in flight visible after so many seconds, 0 at once. Errors: MessageNotInflight, ReceiptHandleIsInvalid, InvalidParameterValue. */
export async function ChangeMessageVisibility(sqs: Sqs, input: ChangeMessageVisibilityCommandInput): Promise<{}> {
  const queue = await queueAt(sqs, input.QueueUrl)
  checkSeconds(input.VisibilityTimeout!)
  const [failure] = await changeVisibility(sqs, queue, [{ ...receipted(queue, input.ReceiptHandle!), seconds: input.VisibilityTimeout! }])
  if (failure) throw failure
  messagesFreed(sqs, queue, input.VisibilityTimeout === 0)
  return {}
}
