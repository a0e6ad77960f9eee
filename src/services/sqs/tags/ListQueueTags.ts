import type { ListQueueTagsCommandInput, ListQueueTagsResult } from '@aws-sdk/client-sqs'
import { queueAt } from '../queues/live.ts'
import type { Sqs } from '../state.ts'

/** The tags of a queue. */
export async function ListQueueTags(sqs: Sqs, input: ListQueueTagsCommandInput): Promise<ListQueueTagsResult> {
  return { Tags: (await queueAt(sqs, input.QueueUrl)).row.tags }
}
