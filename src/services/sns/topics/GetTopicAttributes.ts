import { effectiveTopicPolicy } from '../delivery/policies.ts'
import type { Input, Output, Sns } from '../state.ts'
import { topicAt } from './topic.ts'

/** All attributes of a topic, with the numbers of its subscriptions. Errors: InvalidParameter, NotFound. */
export async function GetTopicAttributes(sns: Sns, input: Input<'GetTopicAttributes'>): Promise<Output<'GetTopicAttributes'>> {
  const { at, topic } = await topicAt(sns, input.TopicArn)
  const subscriptions = await at.tables.subscriptions.list({ prefix: [topic.name] })
  const pending = subscriptions.filter(({ token }) => token !== undefined).length
  return {
    Attributes: {
      ...topic.attributes, TopicArn: topic.arn, Owner: at.account, DisplayName: topic.attributes.DisplayName ?? '', ...topic.fifo && { FifoTopic: 'true' },
      SubscriptionsConfirmed: String(subscriptions.length - pending), SubscriptionsPending: String(pending), SubscriptionsDeleted: '0',
      EffectiveDeliveryPolicy: JSON.stringify(effectiveTopicPolicy(topic.attributes.DeliveryPolicy)),
    },
  }
}
