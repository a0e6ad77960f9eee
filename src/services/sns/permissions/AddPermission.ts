import { globalArn } from '../../../platform/arns.ts'
import { invalid, type Input, type Sns } from '../state.ts'
import { topicAt } from '../topics/topic.ts'

const grantable = new Set([
  'AddPermission', 'DeleteTopic', 'GetDataProtectionPolicy', 'GetTopicAttributes', 'ListSubscriptionsByTopic', 'ListTagsForResource', 'Publish',
  'PutDataProtectionPolicy', 'RemovePermission', 'SetTopicAttributes', 'Subscribe',
])

/** Adds a statement to the topic's policy that lets accounts do some of its actions. Errors: InvalidParameter, NotFound. */
export async function AddPermission(sns: Sns, input: Input<'AddPermission'>): Promise<{}> {
  const { at, topic } = await topicAt(sns, input.TopicArn)
  const { Label: label = '', AWSAccountId: accounts = [], ActionName: actions = [] } = input
  if (!/^[\w-]{1,80}$/.test(label)) throw invalid('Label')
  if (accounts.length === 0 || accounts.some(account => !/^\d{12}$/.test(account))) throw invalid('AWSAccountId')
  if (actions.length === 0 || actions.some(action => !grantable.has(action))) throw invalid('Policy statement action out of service scope!')
  const policy = JSON.parse(topic.attributes.Policy!)
  const statements: any[] = [policy.Statement ?? []].flat()
  if (statements.some(({ Sid }) => Sid === label)) throw invalid('Statement already exists')
  statements.push({
    Sid: label, Effect: 'Allow', Principal: { AWS: oneOrMany(accounts.map(account => globalArn({ partition: sns.partition, account }, 'iam', 'root'))) },
    Action: oneOrMany(actions.map(action => `SNS:${action}`)), Resource: topic.arn,
  })
  await at.tables.topics.put({ ...topic, attributes: { ...topic.attributes, Policy: JSON.stringify({ ...policy, Statement: statements }) } })
  return {}
}

const oneOrMany = (texts: string[]) => texts.length === 1 ? texts[0] : texts
