import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ResourceContext } from '../../platform/resource-type.ts'
import { resourceTypes } from './cloudformation.ts'
import { startThings, type Things } from './testing/things.ts'

let things: Things
let context: ResourceContext
before(async () => {
  things = await startThings()
  context = {
    aws: things.cloud.aws(), account: '000000000000', region: 'us-east-1', partition: 'aws', stackName: 'stack', stackId: 'id', logicalId: 'Queue',
    generatedName: () => 'stack-Queue-X1',
    tags: { team: 'fog', 'aws:cloudformation:stack-name': 'stack' }, wait: () => things.cloud.settle(), endpoint: things.cloud.endpoint,
  }
})
after(() => things.stop())

const attributes = async (QueueUrl: string) => (await things.sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] })).Attributes!

test('AWS::SQS::Queue: created, changed in place and deleted, as its properties say', async () => {
  const type = resourceTypes['AWS::SQS::Queue']
  const dead = await type.create(context, { QueueName: 'cfn-dead' })
  const first = {
    DelaySeconds: '5', VisibilityTimeout: 7, RedrivePolicy: { deadLetterTargetArn: dead.attributes!.Arn, maxReceiveCount: 3 }, Tags: [{ Key: 'x', Value: '1' }]
  }
  const { id, attributes: outputs } = await type.create(context, first)
  assert.deepEqual(
    [id, outputs],
    [
      `${things.cloud.endpoint}/000000000000/stack-Queue-X1`,
      { Arn: 'arn:aws:sqs:us-east-1:000000000000:stack-Queue-X1', QueueName: 'stack-Queue-X1', QueueUrl: id }
    ]
  )
  assert.deepEqual((await things.sqs.listQueueTags({ QueueUrl: id })).Tags, { team: 'fog', x: '1' })
  assert.equal((await attributes(id)).DelaySeconds, '5')
  await type.update!(context, id, { VisibilityTimeout: 8, Tags: [{ Key: 'y', Value: '2' }] }, first)
  const changed = await attributes(id)
  assert.deepEqual([changed.DelaySeconds, changed.VisibilityTimeout, changed.RedrivePolicy], ['0', '8', undefined])
  assert.deepEqual((await things.sqs.listQueueTags({ QueueUrl: id })).Tags, { team: 'fog', y: '2' })
  assert.deepEqual(await type.read!(context, id, {}), {
    QueueName: 'stack-Queue-X1', SqsManagedSseEnabled: true, DelaySeconds: 0, MaximumMessageSize: 1_048_576, MessageRetentionPeriod: 345_600,
    ReceiveMessageWaitTimeSeconds: 0, VisibilityTimeout: 8,
    KmsMasterKeyId: undefined, RedriveAllowPolicy: undefined, RedrivePolicy: undefined,
  })
  await type.delete(context, id, first)
  await type.delete(context, id, first)
  assert.equal(await type.read!(context, id, {}), undefined)
})

test('AWS::SQS::Queue: a FIFO queue without a name gets one with its suffix', async () => {
  const type = resourceTypes['AWS::SQS::Queue']
  const { id } = await type.create(context, { FifoQueue: true, ContentBasedDeduplication: 'true' })
  const found = await attributes(id)
  assert.deepEqual([id.endsWith('/stack-Queue-X1.fifo'), found.FifoQueue, found.ContentBasedDeduplication], [true, 'true', 'true'])
  const encrypted = { FifoQueue: true, KmsMasterKeyId: 'alias/aws/sqs' }
  await type.update!(context, id, encrypted, { FifoQueue: true, ContentBasedDeduplication: 'true' })
  const changed = await attributes(id)
  assert.deepEqual([changed.ContentBasedDeduplication, changed.KmsMasterKeyId, changed.SqsManagedSseEnabled], ['false', 'alias/aws/sqs', 'false'])
  await type.update!(context, id, { FifoQueue: true }, encrypted)
  const plain = await attributes(id)
  assert.deepEqual([plain.KmsMasterKeyId, plain.SqsManagedSseEnabled], [undefined, 'true'])
})

test('AWS::SQS::QueuePolicy and AWS::SQS::QueueInlinePolicy: the policy comes and goes', async () => {
  const [a, b] = [await things.queue('policy-a'), await things.queue('policy-b')]
  const policy = (Sid: string) => ({ Version: '2012-10-17', Statement: [{ Sid, Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' }] })
  const sid = async (url: string) => JSON.parse((await attributes(url)).Policy ?? '{}').Statement?.[0].Sid
  const type = resourceTypes['AWS::SQS::QueuePolicy']
  const first = { PolicyDocument: policy('one'), Queues: [a] }
  const { id } = await type.create(context, first)
  assert.equal(await sid(a), 'one')
  const second = { PolicyDocument: policy('two'), Queues: [b] }
  await type.update!(context, id, second, first)
  assert.deepEqual([await sid(a), await sid(b)], [undefined, 'two'])
  await type.delete(context, id, second)
  assert.equal(await sid(b), undefined)
  const inline = resourceTypes['AWS::SQS::QueueInlinePolicy']
  assert.equal((await inline.create(context, { PolicyDocument: policy('three'), Queue: a })).id, a)
  assert.deepEqual(await inline.read!(context, a, {}), { Queue: a, PolicyDocument: policy('three') })
  await inline.delete(context, a, { PolicyDocument: policy('three'), Queue: a })
  assert.equal(await inline.read!(context, a, {}), undefined)
})
