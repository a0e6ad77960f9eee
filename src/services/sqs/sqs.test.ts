import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SQS } from '@aws-sdk/client-sqs'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { sqs as service } from './service.ts'

let cloud: TestCloud
let sqs: SQS
before(async () => {
  cloud = await startCloud({ services: [service] })
  sqs = new SQS(cloud.client)
})
after(async () => {
  sqs.destroy()
  await cloud.stop()
})

const queue = async (QueueName: string, Attributes = {}) => (await sqs.createQueue({ QueueName, Attributes })).QueueUrl!
const counts = async (QueueUrl: string) => {
  const { Attributes: a } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] })
  return [a!.ApproximateNumberOfMessages, a!.ApproximateNumberOfMessagesNotVisible, a!.ApproximateNumberOfMessagesDelayed].map(Number)
}

test('SendMessage, ReceiveMessage, DeleteMessage: a message is in flight until it is deleted', async () => {
  const QueueUrl = await queue('simple')
  const sent = await sqs.sendMessage({ QueueUrl, MessageBody: 'hello', MessageAttributes: { n: { DataType: 'Number', StringValue: '1' } } })
  assert.deepEqual(await counts(QueueUrl), [1, 0, 0])
  const { Messages } = await sqs.receiveMessage({ QueueUrl, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] })
  assert.equal(Messages!.length, 1)
  assert.equal(Messages![0]!.Body, 'hello')
  assert.equal(Messages![0]!.MessageId, sent.MessageId)
  assert.equal(Messages![0]!.MD5OfMessageAttributes, sent.MD5OfMessageAttributes)
  assert.deepEqual(Messages![0]!.Attributes, {
    SenderId: '000000000000', SentTimestamp: String(cloud.clock.now()), ApproximateReceiveCount: '1', ApproximateFirstReceiveTimestamp: String(cloud.clock.now()),
  })
  assert.deepEqual(await counts(QueueUrl), [0, 1, 0])
  assert.equal((await sqs.receiveMessage({ QueueUrl })).Messages, undefined)
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: Messages![0]!.ReceiptHandle! })
  assert.deepEqual(await counts(QueueUrl), [0, 0, 0])
})

test('ReceiveMessage: a message comes back when its visibility timeout is over, and is counted', async () => {
  const QueueUrl = await queue('visible', { VisibilityTimeout: '10' })
  await sqs.sendMessage({ QueueUrl, MessageBody: 'again' })
  const first = await sqs.receiveMessage({ QueueUrl })
  await cloud.clock.advance(9_999)
  assert.equal((await sqs.receiveMessage({ QueueUrl })).Messages, undefined)
  await cloud.clock.advance(1)
  const second = await sqs.receiveMessage({ QueueUrl, MessageSystemAttributeNames: ['ApproximateReceiveCount'] })
  assert.equal(second.Messages![0]!.Attributes!.ApproximateReceiveCount, '2')
  assert.notEqual(second.Messages![0]!.ReceiptHandle, first.Messages![0]!.ReceiptHandle)
})

test('ReceiveMessage: a long poll wakes as soon as a message is sent', async () => {
  const QueueUrl = await queue('long')
  const polls = [1, 2, 3].map(() => sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 }))
  const started = performance.now()
  await new Promise(resolve => setTimeout(resolve, 30))
  await sqs.sendMessageBatch({ QueueUrl, Entries: ['a', 'b', 'c'].map(Id => ({ Id, MessageBody: Id })) })
  const bodies = (await Promise.all(polls)).flatMap(({ Messages }) => Messages!.map(message => message.Body))
  assert.deepEqual(bodies.sort(), ['a', 'b', 'c'])
  assert.ok(performance.now() - started < 1000)
})

test('FIFO: messages of a group come in order, and the group waits while one is in flight', async () => {
  const QueueUrl = await queue('order.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' })
  for (const MessageBody of ['a1', 'a2', 'b1', 'a3']) await sqs.sendMessage({ QueueUrl, MessageBody, MessageGroupId: MessageBody[0] })
  const first = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 2 })
  assert.deepEqual(first.Messages!.map(m => m.Body), ['a1', 'a2'])
  const second = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 })
  assert.deepEqual(second.Messages!.map(m => m.Body), ['b1'])
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: first.Messages![0]!.ReceiptHandle! })
  assert.equal((await sqs.receiveMessage({ QueueUrl })).Messages, undefined)
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: first.Messages![1]!.ReceiptHandle! })
  assert.deepEqual((await sqs.receiveMessage({ QueueUrl })).Messages!.map(m => m.Body), ['a3'])
})
