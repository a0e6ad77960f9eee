import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { iam } from '../../iam/service.ts'
import { sns } from '../../sns/service.ts'
import { sqs } from '../../sqs/service.ts'
import { cloudformation } from '../service.ts'
import { things } from '../things.testing.ts'

const world = things()
let cloud: TestCloud
before(async () => { cloud = await startCloud({ services: [cloudformation, sns, sqs, iam, world.service] }) })
after(() => cloud.stop())

const item = { Type: 'Test::Thing::Item', Properties: { Value: '1' } }

test('every event of a stack is told to its topics, as lines of KEY=\'VALUE\', in order', async () => {
  const aws = cloud.aws()
  const { TopicArn } = await aws.sns.CreateTopic({ Name: 'told' })
  const { QueueUrl } = await aws.sqs.CreateQueue({ QueueName: 'told' })
  const { Attributes } = await aws.sqs.GetQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] })
  await aws.sqs.SetQueueAttributes({ QueueUrl, Attributes: { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [
    { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: Attributes!.QueueArn }] }) } })
  await aws.sns.Subscribe({ TopicArn, Protocol: 'sqs', Endpoint: Attributes!.QueueArn, Attributes: { RawMessageDelivery: 'true' } })
  const { StackId } = await aws.cloudformation.CreateStack({
    StackName: 'telling', TemplateBody: JSON.stringify({ Resources: { A: item } }), NotificationARNs: [TopicArn!], ClientRequestToken: 'token-1',
  })
  await cloud.settle()
  assert.deepEqual((await aws.cloudformation.DescribeStacks({ StackName: 'telling' })).Stacks![0]!.NotificationARNs, [TopicArn])
  const { Messages } = await aws.sqs.ReceiveMessage({ QueueUrl, MaxNumberOfMessages: 10 })
  const told = Messages!.map(message => Object.fromEntries(message.Body!.trim().split('\n').map(line => /^(\w+)='(.*)'$/.exec(line)!.slice(1))))
  assert.deepEqual(told.map(event => `${event.LogicalResourceId} ${event.ResourceStatus}`).sort(), [
    'A CREATE_COMPLETE', 'A CREATE_IN_PROGRESS', 'A CREATE_IN_PROGRESS', 'telling CREATE_COMPLETE', 'telling CREATE_IN_PROGRESS',
  ])
  const last = told.find(event => event.ResourceStatus === 'CREATE_COMPLETE' && event.LogicalResourceId === 'telling')
  const { EventId, Timestamp, ...rest } = last!
  assert.match(Timestamp, /^2026-01-01T/)
  assert.match(EventId, /^[\da-f-]{36}$/)
  assert.deepEqual(rest, {
    StackId, LogicalResourceId: 'telling', Namespace: '000000000000', PhysicalResourceId: StackId, PrincipalId: '000000000000', ResourceProperties: 'null',
    ResourceStatus: 'CREATE_COMPLETE', ResourceStatusReason: '', ResourceType: 'AWS::CloudFormation::Stack', StackName: 'telling',
    ClientRequestToken: 'token-1',
  })
})

test('a topic that is gone does not hold the stack up; what is no topic is refused', async () => {
  const aws = cloud.aws()
  const input = (topic: string) => ({ StackName: 'untold', TemplateBody: JSON.stringify({ Resources: { A: item } }), NotificationARNs: [topic] })
  await assert.rejects(aws.cloudformation.CreateStack(input('told')), { name: 'ValidationError', message: 'Invalid SNS topic ARN: told' })
  await aws.cloudformation.CreateStack(input('arn:aws:sns:us-east-1:000000000000:gone'))
  await cloud.settle()
  assert.equal((await aws.cloudformation.DescribeStacks({ StackName: 'untold' })).Stacks![0]!.StackStatus, 'CREATE_COMPLETE')
})

test('RollbackConfiguration: an update waits before it deletes what it replaced, and can be cancelled until then; triggers are refused by name', async () => {
  const { cloudformation: cfn } = cloud.aws()
  const stack = async () => (await cfn.DescribeStacks({ StackName: 'watched' })).Stacks![0]!
  const body = (Fixed: string) => JSON.stringify({ Resources: { A: { ...item, Properties: { Fixed } } } })
  const standing = () =>
    [...world.standing.values()].filter(thing => thing.tags['aws:cloudformation:stack-name'] === 'watched').map(thing => thing.properties.Fixed)
  const RollbackConfiguration = { MonitoringTimeInMinutes: 10 }
  const RollbackTriggers = [{ Arn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:a', Type: 'AWS::CloudWatch::Alarm' }]
  await assert.rejects(cfn.CreateStack({ StackName: 'watched', TemplateBody: body('0'), RollbackConfiguration: { RollbackTriggers } }), {
    message: /^RollbackTriggers /
  })
  await cfn.CreateStack({ StackName: 'watched', TemplateBody: body('1'), RollbackConfiguration })
  await cloud.settle()
  assert.equal((await stack()).StackStatus, 'CREATE_COMPLETE')
  await cfn.UpdateStack({ StackName: 'watched', TemplateBody: body('2'), RollbackConfiguration })
  await cloud.settle()
  assert.deepEqual([(await stack()).StackStatus, standing()], ['UPDATE_IN_PROGRESS', ['1', '2']])
  assert.deepEqual((await stack()).RollbackConfiguration, RollbackConfiguration)
  await cloud.clock.advance(10 * 60_000)
  assert.deepEqual([(await stack()).StackStatus, standing()], ['UPDATE_COMPLETE', ['2']])
  await cfn.UpdateStack({ StackName: 'watched', TemplateBody: body('3') })
  await cloud.settle()
  await cfn.CancelUpdateStack({ StackName: 'watched' })
  await cloud.settle()
  assert.deepEqual([(await stack()).StackStatus, standing()], ['UPDATE_ROLLBACK_COMPLETE', ['2']])
})
