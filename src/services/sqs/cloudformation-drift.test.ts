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

test('AWS::SQS::QueuePolicy: compared on each of its queues; gone once none has a policy', async () => {
  const ids = await stacks.create('queues', {
    A: { Type: 'AWS::SQS::Queue' }, B: { Type: 'AWS::SQS::Queue' },
    Policy: { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [ref('A'), ref('B')], PolicyDocument: policy('sqs:SendMessage') } },
  })
  await stacks.inSync('queues', ['A', 'B', 'Policy'])
  const { sqs } = cloud.aws()
  const put = (QueueUrl: string, Policy: string) => sqs.SetQueueAttributes({ QueueUrl, Attributes: { Policy } })
  await put(ids.B!, JSON.stringify(policy('sqs:ReceiveMessage')))
  assert.deepEqual(await stacks.told('queues'), ['Policy NOT_EQUAL /PolicyDocument/Statement/0/Action'])
  await put(ids.B!, '')
  assert.deepEqual(await stacks.told('queues'), ['Policy REMOVE /Queues/1'])
  await sqs.DeleteQueue({ QueueUrl: ids.B! })
  await put(ids.A!, '')
  assert.deepEqual(await stacks.told('queues'), ['B DELETED', 'Policy DELETED'])
})

test('AWS::SQS::Queue: what was taken from a queue beside its stack is told as removed', async () => {
  const ids = await stacks.create('redriven', {
    Dead: { Type: 'AWS::SQS::Queue', Properties: { RedriveAllowPolicy: { redrivePermission: 'allowAll' } } },
    Queue: { Type: 'AWS::SQS::Queue', Properties: {
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: '3' }, SqsManagedSseEnabled: 'true',
    } },
  })
  await stacks.inSync('redriven', ['Dead', 'Queue'])
  const { sqs } = cloud.aws()
  await sqs.SetQueueAttributes({ QueueUrl: ids.Queue!, Attributes: { RedrivePolicy: '', SqsManagedSseEnabled: 'false' } })
  await sqs.SetQueueAttributes({ QueueUrl: ids.Dead!, Attributes: { RedriveAllowPolicy: '' } })
  assert.deepEqual(await stacks.told('redriven'), ['Dead REMOVE /RedriveAllowPolicy', 'Queue NOT_EQUAL /SqsManagedSseEnabled', 'Queue REMOVE /RedrivePolicy'])
})

test('AWS::SQS::QueueInlinePolicy: Cloud Control, import', async () => {
  const Queue = (await cloud.aws().sqs.CreateQueue({ QueueName: 'mine', Attributes: { Policy: JSON.stringify(policy('sqs:SendMessage')) } })).QueueUrl!
  const Properties = { Queue, PolicyDocument: policy('sqs:SendMessage') }
  assert.deepEqual(await stacks.get('AWS::SQS::QueueInlinePolicy', Queue), Properties)
  assert.equal(await stacks.importOne('imported', { Type: 'AWS::SQS::QueueInlinePolicy', Properties }, { Queue }), Queue)
})
