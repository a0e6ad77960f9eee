import { parseArn } from '../../../platform/arns.ts'
import { AuthorizationErrorException, invalid, NotFoundException, type Sns, type SubscriptionRow } from '../state.ts'

export const pendingArn = 'PendingConfirmation'

/** A subscription, and a scope of its topic's account. Throws InvalidParameter, NotFound. */
export async function subscriptionAt(sns: Sns, text: string | undefined): Promise<{ at: Sns, subscription: SubscriptionRow }> {
  const found = parseArn(text ?? '')
  if (!found) throw invalid(`SubscriptionArn Reason: An ARN must have at least 6 elements, not ${(text ?? '').split(':').length}`)
  const [topic, id, ...rest] = found.resource.split(':')
  if (found.service !== 'sns' || !topic || id === undefined || rest.length > 0 || found.region !== sns.region) throw invalid('SubscriptionId')
  const at = sns.in({ account: found.account }) as Sns
  const subscription = await at.tables.subscriptions.get(topic, id)
  if (!subscription) throw new NotFoundException('Subscription does not exist')
  return { at, subscription }
}

/** Refuses callers to whom neither the subscription nor its topic belongs. */
export function checkOwner(sns: Sns, at: Sns, subscription: SubscriptionRow): void {
  if (sns.account === subscription.owner || sns.account === at.account) return
  throw new AuthorizationErrorException(
    `User: ${sns.principal.arn} is not authorized to perform: SNS:${sns.operation} on resource: ${subscription.arn} because no resource-based policy allows `
    + `the SNS:${sns.operation} action`,
  )
}

/** Deletes a subscription, with what points to it. `at`: a scope of the topic's account. */
export async function removeSubscription(at: Sns, { topic, topicArn, id, protocol, endpoint, owner, token }: SubscriptionRow): Promise<void> {
  await at.tables.subscriptions.delete(topic, id)
  await at.tables.endpoints.delete(topic, protocol, endpoint)
  await at.in({ account: owner }).tables.owned.delete(topicArn, id)
  if (token !== undefined) at.cancel('forgetPending', `${topic}:${id}`)
}

/** As lists show it: one that is not confirmed has no ARN there. */
export const summary = ({ arn, owner, protocol, endpoint, topicArn, token }: SubscriptionRow) =>
  ({ SubscriptionArn: token === undefined ? arn : pendingArn, Owner: owner, Protocol: protocol, Endpoint: endpoint, TopicArn: topicArn })

/** Deletes a subscription that nobody confirmed. */
export async function forgetPending(sns: Sns, { topic, id }: { topic: string, id: string }): Promise<void> {
  await sns.transact(async at => {
    const subscription = await at.tables.subscriptions.get(topic, id)
    if (subscription?.token !== undefined) await removeSubscription(at as Sns, subscription)
  })
}
