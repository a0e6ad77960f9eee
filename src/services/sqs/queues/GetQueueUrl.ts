import type { GetQueueUrlCommandInput, GetQueueUrlResult } from '@aws-sdk/client-sqs'
import { noSuchQueue, type Sqs } from '../state.ts'
import { urlOf } from './address.ts'
import { liveQueue } from './live.ts'

/** The URL of a queue of the caller's, or of another account's that lets the caller ask. Errors: QueueDoesNotExist. */
export async function GetQueueUrl(sqs: Sqs, input: GetQueueUrlCommandInput): Promise<GetQueueUrlResult> {
  const address = { account: input.QueueOwnerAWSAccountId ?? sqs.account, name: input.QueueName! }
  if (!await liveQueue(sqs, address)) throw noSuchQueue()
  return { QueueUrl: urlOf(sqs, address) }
}
