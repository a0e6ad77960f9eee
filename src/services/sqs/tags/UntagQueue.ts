import type { UntagQueueCommandInput } from '@aws-sdk/client-sqs'
import { queueAt } from '../queues/live.ts'
import { changeRow } from '../queues/SetQueueAttributes.ts'
import type { Sqs } from '../state.ts'

/** Takes tags away; one that is not there is no error. */
export async function UntagQueue(sqs: Sqs, input: UntagQueueCommandInput): Promise<{}> {
  const queue = await queueAt(sqs, input.QueueUrl)
  await changeRow(
    sqs, queue, async (_, row) => ({ ...row, tags: Object.fromEntries(Object.entries(row.tags).filter(([key]) => !input.TagKeys!.includes(key))) })
  )
  return {}
}
