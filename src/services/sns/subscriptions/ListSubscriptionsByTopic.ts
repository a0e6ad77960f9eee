import { encodeToken, pageOf } from '../../../platform/pagination.ts'
import { pageSize, type Input, type Output, type Sns } from '../state.ts'
import { topicAt } from '../topics/topic.ts'
import { positionOf } from './page.ts'
import { summary } from './subscription.ts'

/** The subscriptions of a topic, a hundred at a time. Errors: InvalidParameter, NotFound. */
export async function ListSubscriptionsByTopic(sns: Sns, input: Input<'ListSubscriptionsByTopic'>): Promise<Output<'ListSubscriptionsByTopic'>> {
  const { at, topic } = await topicAt(sns, input.TopicArn)
  const kind = `subscriptions ${topic.arn}`
  const after = positionOf(kind, input.NextToken)
  const rows = await at.tables.subscriptions.list({ prefix: [topic.name], limit: pageSize + 1, ...after && { after: [topic.name, String(after[0])] } })
  const { page, last } = pageOf(rows, pageSize)
  return { Subscriptions: page.map(summary), ...last && { NextToken: encodeToken(kind, [last.id]) } }
}
