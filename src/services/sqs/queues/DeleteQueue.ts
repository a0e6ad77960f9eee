import type { DeleteQueueCommandInput } from '@aws-sdk/client-sqs'
import { cleanUpAfterMs, type Sqs } from '../state.ts'
import { forget, queueAt } from './live.ts'

/** Deletes a queue with its messages; whoever waits for one is told. A queue of its name can be created again after 60 s. */
export async function DeleteQueue(sqs: Sqs, input: DeleteQueueCommandInput): Promise<{}> {
  const queue = await queueAt(sqs, input.QueueUrl)
  const { name, id, data } = queue.row
  await sqs.transact(async inside => {
    await inside.tables.queues.delete(name)
    await inside.tables.deletedQueues.put({ name, at: inside.now() })
    inside.enqueue('deleteMessages', { q: data, id }, { at: inside.now() + cleanUpAfterMs })
  })
  forget(sqs, queue)
  return {}
}
