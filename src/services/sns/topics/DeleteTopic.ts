import { removeSubscription } from '../subscriptions/subscription.ts'
import type { Input, Sns } from '../state.ts'
import { addressOf } from './topic.ts'

/** Deletes a topic and its subscriptions; one that is not there is no error. Messages that are on their way are not delivered any more. */
export async function DeleteTopic(sns: Sns, input: Input<'DeleteTopic'>): Promise<{}> {
  const { account, name } = addressOf(sns, input.TopicArn)
  const at = sns.in({ account }) as Sns
  for (const subscription of await at.tables.subscriptions.list({ prefix: [name] })) await removeSubscription(at, subscription)
  for (const { topic, period, group, id } of await at.tables.deduplications.list({ prefix: [name] })) {
    await at.tables.deduplications.delete(topic, period, group, id)
  }
  await at.tables.sequences.delete(name)
  await at.tables.topics.delete(name)
  return {}
}
