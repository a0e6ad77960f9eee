import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { drifting, type Drifting } from '../cloudformation/testing/drifting.ts'

let cloud: TestCloud
let stacks: Drifting
before(async () => {
  cloud = await startCloud()
  stacks = drifting(cloud)
})
after(() => cloud.stop())

const policy = (Action: string) => ({ Version: '2012-10-17', Statement: [{ Sid: 'a', Effect: 'Allow', Principal: { AWS: '*' }, Action, Resource: '*' }] })
const ref = (Ref: string) => ({ Ref })

test('AWS::SNS::TopicPolicy: compared on each of its topics; gone once none has a policy of its own', async () => {
  const ids = await stacks.create('topics', {
    A: { Type: 'AWS::SNS::Topic' }, B: { Type: 'AWS::SNS::Topic' }, C: { Type: 'AWS::SNS::Topic' },
    Policy: { Type: 'AWS::SNS::TopicPolicy', Properties: { Topics: [ref('A'), ref('B')], PolicyDocument: policy('sns:Publish') } },
  })
  await stacks.inSync('topics', ['A', 'B', 'C', 'Policy'])
  const { sns } = cloud.aws()
  const put = (TopicArn: string, AttributeValue: string) => sns.SetTopicAttributes({ TopicArn, AttributeName: 'Policy', AttributeValue })
  await put(ids.B!, JSON.stringify(policy('sns:Subscribe')))
  assert.deepEqual(await stacks.told('topics'), ['Policy NOT_EQUAL /PolicyDocument/Statement/0/Action'])
  await sns.DeleteTopic({ TopicArn: ids.B! })
  assert.deepEqual(await stacks.told('topics'), ['B DELETED', 'Policy REMOVE /Topics/1'])
  const first = (await sns.GetTopicAttributes({ TopicArn: ids.C! })).Attributes!.Policy!
  await put(ids.A!, first.replaceAll(ids.C!, ids.A!))
  assert.deepEqual(await stacks.told('topics'), ['B DELETED', 'Policy DELETED'])
})

test('AWS::SNS::Topic and Subscription: what a stack makes is in sync with it; what is changed or deleted beside it is told', async () => {
  const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })
  const subscription = (Properties: Record<string, unknown>) =>
    ({ Type: 'AWS::SNS::Subscription', Properties: { TopicArn: ref('Whole'), Protocol: 'sqs', ...Properties } })
  const ids = await stacks.create('news', {
    A: { Type: 'AWS::SQS::Queue' }, B: { Type: 'AWS::SQS::Queue' }, C: { Type: 'AWS::SQS::Queue' }, D: { Type: 'AWS::SQS::Queue' },
    Whole: { Type: 'AWS::SNS::Topic', Properties: {
      DisplayName: 'News', SignatureVersion: '2', TracingConfig: 'PassThrough',
      Subscription: [{ Protocol: 'sqs', Endpoint: arn('B') }, { Protocol: 'sqs', Endpoint: arn('A') }],
    } },
    Fifo: { Type: 'AWS::SNS::Topic', Properties: { FifoTopic: 'true', ContentBasedDeduplication: 'true', FifoThroughputScope: 'MessageGroup' } },
    Plain: { Type: 'AWS::SNS::Topic' },
    Filtered: subscription({
      Endpoint: arn('C'), RawMessageDelivery: 'true', FilterPolicy: { kind: ['a'] }, FilterPolicyScope: 'MessageBody',
      RedrivePolicy: { deadLetterTargetArn: arn('D') },
    }),
    Bare: subscription({ Endpoint: arn('D') }),
  })
  await stacks.inSync('news', ['A', 'B', 'C', 'D', 'Whole', 'Fifo', 'Plain', 'Filtered', 'Bare'])
  const { sns } = cloud.aws()
  const TopicArn = ids.Whole!
  const listed = (await sns.ListSubscriptionsByTopic({ TopicArn })).Subscriptions!
  await sns.Unsubscribe({ SubscriptionArn: listed.find(each => each.Endpoint!.includes('-B-'))!.SubscriptionArn! })
  await sns.SetTopicAttributes({ TopicArn, AttributeName: 'DisplayName', AttributeValue: '' })
  await sns.SetTopicAttributes({ TopicArn: ids.Fifo, AttributeName: 'FifoThroughputScope', AttributeValue: 'Topic' })
  for (const AttributeName of ['FilterPolicy', 'RedrivePolicy']) {
    await sns.SetSubscriptionAttributes({ SubscriptionArn: ids.Filtered, AttributeName, AttributeValue: AttributeName === 'FilterPolicy' ? '{}' : '' })
  }
  await sns.Unsubscribe({ SubscriptionArn: ids.Bare })
  await sns.DeleteTopic({ TopicArn: ids.Plain })
  assert.deepEqual(await stacks.told('news'), [
    'Bare DELETED', 'Fifo NOT_EQUAL /FifoThroughputScope', 'Filtered REMOVE /FilterPolicy/kind', 'Filtered REMOVE /RedrivePolicy', 'Plain DELETED',
    'Whole NOT_EQUAL /Subscription/0/Endpoint', 'Whole REMOVE /DisplayName', 'Whole REMOVE /Subscription/1',
  ])
})

test('AWS::SNS: Cloud Control, import', async () => {
  const { sns, sqs } = cloud.aws()
  const { QueueUrl } = await sqs.CreateQueue({ QueueName: 'mine' })
  const Endpoint = (await sqs.GetQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] })).Attributes!.QueueArn!
  const TopicArn = (await sns.CreateTopic({ Name: 'mine', Attributes: { DisplayName: 'Mine' } })).TopicArn!
  const Arn = (await sns.Subscribe({ TopicArn, Protocol: 'sqs', Endpoint })).SubscriptionArn!
  assert.deepEqual(await stacks.get('AWS::SNS::Topic', TopicArn), { TopicName: 'mine', DisplayName: 'Mine', TopicArn })
  assert.equal((await stacks.get('AWS::SNS::Subscription', Arn)).Endpoint, Endpoint)
  assert.ok((await stacks.list('AWS::SNS::Topic')).includes(TopicArn))
  assert.ok((await stacks.list('AWS::SNS::Subscription')).includes(Arn))
  assert.equal(await stacks.importOne('i-topic', { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'mine' } }, { TopicArn }), TopicArn)
  assert.equal(await stacks.importOne('i-subscription', { Type: 'AWS::SNS::Subscription', Properties: { TopicArn, Protocol: 'sqs', Endpoint } }, { Arn }), Arn)
  const inline = (await sns.CreateTopic({ Name: 'inline', Attributes: { Policy: JSON.stringify(policy('sns:Publish')) } })).TopicArn!
  const TopicInlinePolicy = { Type: 'AWS::SNS::TopicInlinePolicy', Properties: { TopicArn: inline, PolicyDocument: policy('sns:Publish') } }
  assert.equal(await stacks.importOne('i-inline', TopicInlinePolicy, { TopicArn: inline }), inline)
  assert.deepEqual(await stacks.get('AWS::SNS::TopicInlinePolicy', inline), TopicInlinePolicy.Properties)
})
