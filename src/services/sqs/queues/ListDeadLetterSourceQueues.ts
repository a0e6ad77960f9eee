import type { ListDeadLetterSourceQueuesCommandInput, ListDeadLetterSourceQueuesResult } from '@aws-sdk/client-sqs'
import { encodeToken, pageOf } from '../../../platform/pagination.ts'
import type { Sqs } from '../state.ts'
import { urlOf } from './address.ts'
import { queueAt } from './live.ts'
import { pageAsked } from './ListQueues.ts'
import { sourcesOf } from './redrive.ts'

/** URLs of the queues whose dead letters come to this one. */
export async function ListDeadLetterSourceQueues(sqs: Sqs, input: ListDeadLetterSourceQueuesCommandInput): Promise<ListDeadLetterSourceQueuesResult> {
  const queue = await queueAt(sqs, input.QueueUrl)
  const kind = `sources ${queue.row.name}`
  const { limit, after = '' } = pageAsked(input, kind)
  const rows = (await sourcesOf(sqs.in({ account: queue.account }), queue.arn)).filter(({ name }) => name > after)
  const { page, last } = pageOf(rows, limit)
  return { queueUrls: page.map(({ name }) => urlOf(sqs, { account: queue.account, name })),
    ...last && input.MaxResults !== undefined && { NextToken: encodeToken(kind, [last.name]) } }
}
