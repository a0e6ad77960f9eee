import { NotFoundException, type Input, type Sns } from '../state.ts'
import { checkOwner, removeSubscription, subscriptionAt } from './subscription.ts'

/** Deletes a subscription; one that is not there is no error. Its owner and the topic's may. Errors: InvalidParameter, AuthorizationError. */
export async function Unsubscribe(sns: Sns, input: Input<'Unsubscribe'>): Promise<{}> {
  const found = await subscriptionAt(sns, input.SubscriptionArn).catch(error => {
    if (error instanceof NotFoundException) return undefined
    throw error
  })
  if (!found) return {}
  checkOwner(sns, found.at, found.subscription)
  await removeSubscription(found.at, found.subscription)
  return {}
}
