import { encodeToken, pageOf } from '../../../platform/pagination.ts'
import { pageSize, type Input, type Output, type Sns } from '../state.ts'
import { positionOf } from '../subscriptions/page.ts'

/** The caller's topics, by name, a hundred at a time. Errors: InvalidParameter. */
export async function ListTopics(sns: Sns, input: Input<'ListTopics'>): Promise<Output<'ListTopics'>> {
  const after = positionOf('topics', input.NextToken)
  const rows = await sns.tables.topics.list({ limit: pageSize + 1, ...after && { after: [String(after[0])] } })
  const { page, last } = pageOf(rows, pageSize)
  return { Topics: page.map(({ arn }) => ({ TopicArn: arn })), ...last && { NextToken: encodeToken('topics', [last.name]) } }
}
