import { arn, parseArn } from '../../../platform/arns.ts'
import { invalid, NotFoundException, type Sns, type TopicRow } from '../state.ts'

/** Whose topic it is and what it is called. */
export interface Address { account: string, region: string, name: string }

export const topicArn = (sns: Sns, name: string): string => arn(sns, 'sns', name)

/** The topic that an ARN names. Throws InvalidParameter where it is none. */
export function addressOf(sns: Sns, text: string | undefined, member = 'TopicArn'): Address {
  const found = parseArn(text ?? '')
  if (!found) throw invalid(`${member} Reason: An ARN must have at least 6 elements, not ${(text ?? '').split(':').length}`)
  const { service, account, region, resource } = found
  if (service !== 'sns' || !/^\d{12}$/.test(account) || !/^[\w-]{1,256}(?:\.fifo)?$/.test(resource)) throw invalid(member)
  // As on AWS, an endpoint knows the topics of its own region.
  if (region !== sns.region) throw invalid(member)
  return { account, region, name: resource }
}

/** A topic, and a scope of its account. Throws NotFound. */
export async function topicAt(sns: Sns, text: string | undefined, member = 'TopicArn'): Promise<{ at: Sns, topic: TopicRow }> {
  const { account, name } = addressOf(sns, text, member)
  const at = sns.in({ account }) as Sns
  const topic = await at.tables.topics.get(name)
  if (!topic) throw new NotFoundException('Topic does not exist')
  return { at, topic }
}

/** The same, where there may be none. */
export async function findTopic(sns: Sns, text: string | undefined): Promise<TopicRow | undefined> {
  const found = parseArn(text ?? '')
  if (found?.service !== 'sns' || found.region !== sns.region || !found.account) return undefined
  return sns.in({ account: found.account }).tables.topics.get(found.resource)
}

const ownersActions = [
  'GetTopicAttributes', 'SetTopicAttributes', 'AddPermission', 'RemovePermission', 'DeleteTopic', 'Subscribe', 'ListSubscriptionsByTopic', 'Publish',
]

/** The policy that a topic is created with, as AWS writes it. */
export const defaultPolicy = (topic: string): string => JSON.stringify({
  Version: '2008-10-17', Id: '__default_policy_ID',
  Statement: [{
    Sid: '__default_statement_ID', Effect: 'Allow', Principal: { AWS: '*' }, Action: ownersActions.map(action => `SNS:${action}`), Resource: topic,
    Condition: { StringEquals: { 'AWS:SourceOwner': parseArn(topic)!.account } },
  }],
})
