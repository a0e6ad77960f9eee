import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Scope, ServiceDefinition } from '../../platform/service.ts'
import { startCloud } from '../../testing/index.ts'
import { sqs } from './service.ts'

test('other services hear when a queue has something to receive: sent, no longer delayed, visible again, free again', async () => {
  const heard: string[] = []
  const listener: ServiceDefinition = {
    name: 'listener', tables: {}, operations: {}, authorization: {},
    notices: { 'sqs.message.available': (scope: Scope, { queueArn }) => void heard.push(`${scope.account} ${queueArn}`) },
  }
  const cloud = await startCloud({ services: [sqs, listener] })
  const api = cloud.aws('111111111111').sqs
  const { QueueUrl } = await api.CreateQueue({ QueueName: 'q', Attributes: { VisibilityTimeout: '30' } })
  const news = () => heard.splice(0)
  const notice = '111111111111 arn:aws:sqs:us-east-1:111111111111:q'
  await api.SendMessage({ QueueUrl, MessageBody: 'x' })
  assert.deepEqual(news(), [notice])
  await api.SendMessage({ QueueUrl, MessageBody: 'later', DelaySeconds: 5 })
  assert.deepEqual(news(), [])
  await cloud.clock.advance(5000)
  assert.deepEqual(news(), [notice])
  const { Messages } = await api.ReceiveMessage({ QueueUrl, MaxNumberOfMessages: 10 })
  await api.ChangeMessageVisibility({ QueueUrl, ReceiptHandle: Messages![0]!.ReceiptHandle, VisibilityTimeout: 0 })
  assert.deepEqual(news(), [notice])
  await cloud.clock.advance(30_000)
  assert.deepEqual(news(), [notice])
  const fifo = (await api.CreateQueue({ QueueName: 'q.fifo', Attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true' } })).QueueUrl
  for (const MessageBody of ['1', '2']) await api.SendMessage({ QueueUrl: fifo, MessageBody, MessageGroupId: 'g' })
  const first = await api.ReceiveMessage({ QueueUrl: fifo })
  news()
  await api.DeleteMessage({ QueueUrl: fifo, ReceiptHandle: first.Messages![0]!.ReceiptHandle })
  assert.deepEqual(news(), [`${notice}.fifo`])
  await cloud.stop()
})
