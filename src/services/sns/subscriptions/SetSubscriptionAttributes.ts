import { NotFoundException, type Input, type Sns } from '../state.ts'
import { changed } from './attributes.ts'
import { checkOwner, subscriptionAt } from './subscription.ts'

/** Sets one attribute of a subscription; an empty value takes it away. Errors: InvalidParameter, NotFound, AuthorizationError. */
export async function SetSubscriptionAttributes(sns: Sns, input: Input<'SetSubscriptionAttributes'>): Promise<{}> {
  const { at, subscription } = await subscriptionAt(sns, input.SubscriptionArn)
  checkOwner(sns, at, subscription)
  const topic = await at.tables.topics.get(subscription.topic)
  if (!topic) throw new NotFoundException('Topic does not exist')
  const attributes = changed({ ...subscription, topic }, { [input.AttributeName!]: input.AttributeValue ?? '' })
  await at.tables.subscriptions.put({ ...subscription, attributes })
  return {}
}
