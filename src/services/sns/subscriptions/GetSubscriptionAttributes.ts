import { effectivePolicy } from '../delivery/policies.ts'
import type { Input, Output, Sns } from '../state.ts'
import { checkOwner, subscriptionAt } from './subscription.ts'

/** All attributes of a subscription. Errors: InvalidParameter, NotFound, AuthorizationError. */
export async function GetSubscriptionAttributes(sns: Sns, input: Input<'GetSubscriptionAttributes'>): Promise<Output<'GetSubscriptionAttributes'>> {
  const { at, subscription } = await subscriptionAt(sns, input.SubscriptionArn)
  checkOwner(sns, at, subscription)
  const { arn, topic, topicArn, owner, principal, protocol, endpoint, authenticated, token, attributes } = subscription
  const isHttp = protocol === 'http' || protocol === 'https'
  const policy = isHttp && effectivePolicy((await at.tables.topics.get(topic))?.attributes.DeliveryPolicy, attributes.DeliveryPolicy)
  return {
    Attributes: {
      RawMessageDelivery: 'false', ...attributes, SubscriptionArn: arn, TopicArn: topicArn, Owner: owner, Protocol: protocol, Endpoint: endpoint,
      SubscriptionPrincipal: principal, ConfirmationWasAuthenticated: String(authenticated), PendingConfirmation: String(token !== undefined),
      ...policy && { EffectiveDeliveryPolicy: JSON.stringify(policy) },
    },
  }
}
