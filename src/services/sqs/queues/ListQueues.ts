import type { ListQueuesCommandInput, ListQueuesResult } from '@aws-sdk/client-sqs'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { InvalidParameterValue, invalidValue, MissingParameter, type QueueRow, type Sqs } from '../state.ts'
import { urlOf } from './address.ts'

/** At most so many queues are listed where the caller sets no bound. */
const resultsMax = 1000

/** URLs of the caller's queues whose names begin with the prefix, by name. Pages are given where MaxResults is. */
export async function ListQueues(sqs: Sqs, input: ListQueuesCommandInput): Promise<ListQueuesResult> {
  const prefix = input.QueueNamePrefix ?? ''
  const { limit, after } = pageAsked(input, `queues ${prefix}`)
  const rows: QueueRow[] = []
  const begin = after ?? prefix
  for await (const row of sqs.tables.queues.each(after === undefined ? { from: [begin] } : { after: [begin] })) {
    if (!row.name.startsWith(prefix) || rows.length > limit) break
    rows.push(row)
  }
  const { page, last } = pageOf(rows, limit)
  if (page.length === 0) return {}
  return { QueueUrls: page.map(({ name }) => urlOf(sqs, { account: sqs.account, name })),
    ...last && input.MaxResults !== undefined && { NextToken: encodeToken(`queues ${prefix}`, [last.name]) } }
}

/** The page that is asked for; a token needs a bound beside it. */
export function pageAsked({ MaxResults, NextToken }: { MaxResults?: number | undefined, NextToken?: string | undefined },
  kind: string): { limit: number, after?: string } {
  if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > resultsMax)) {
    throw invalidValue(MaxResults, 'MaxResults', `Must be between 1 and ${resultsMax}.`)
  }
  if (NextToken === undefined) return { limit: MaxResults ?? resultsMax }
  if (MaxResults === undefined) throw new MissingParameter('MaxResults is a mandatory parameter when you provide a value for NextToken.')
  const [after] = decodeToken(kind, NextToken) ?? []
  if (typeof after !== 'string') throw new InvalidParameterValue('Invalid or expired next token.')
  return { limit: MaxResults, after }
}
