import { invalid, type Input, type Output, type Sns } from '../state.ts'
import { topicAt } from '../topics/topic.ts'

/** Confirms a subscription by the token that its endpoint was sent. Errors: InvalidParameter (no such token), NotFound. */
export async function ConfirmSubscription(sns: Sns, input: Input<'ConfirmSubscription'>): Promise<Output<'ConfirmSubscription'>> {
  const { at, topic } = await topicAt(sns, input.TopicArn)
  const pending = (await at.tables.subscriptions.list({ prefix: [topic.name] })).find(({ token }) => token === input.Token)
  if (!pending || !input.Token) throw invalid('Token')
  const { token: _, ...subscription } = pending
  at.cancel('forgetPending', `${pending.topic}:${pending.id}`)
  await at.tables.subscriptions.put({ ...subscription, authenticated: input.AuthenticateOnUnsubscribe === 'true' })
  return { SubscriptionArn: subscription.arn }
}
