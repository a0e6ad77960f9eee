import type { Input, Sns } from '../state.ts'
import { topicAt } from '../topics/topic.ts'

/** Takes the statement of a label out of the topic's policy; one that is not there is no error. Errors: InvalidParameter, NotFound. */
export async function RemovePermission(sns: Sns, input: Input<'RemovePermission'>): Promise<{}> {
  const { at, topic } = await topicAt(sns, input.TopicArn)
  const policy = JSON.parse(topic.attributes.Policy!)
  const Statement = [policy.Statement ?? []].flat().filter(({ Sid }: { Sid?: string }) => Sid !== input.Label)
  await at.tables.topics.put({ ...topic, attributes: { ...topic.attributes, Policy: JSON.stringify({ ...policy, Statement }) } })
  return {}
}
