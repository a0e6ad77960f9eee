import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startThings, type Things } from '../testing/things.ts'

let things: Things
before(async () => {
  things = await startThings()
})
after(() => things.stop())

const remove = (QueueUrl: string, { ReceiptHandle }: { ReceiptHandle: string }) => things.sqs.deleteMessage({ QueueUrl, ReceiptHandle })

test('messages of a group come in order, and the group waits while one of them is in flight', async () => {
  const QueueUrl = await things.queue('order.fifo')
  await things.send(QueueUrl, 'a1', 'a2', 'b1', 'a3')
  const first = await things.receive(QueueUrl, { MaxNumberOfMessages: 2 })
  assert.deepEqual(first.map(({ Body }) => Body), ['a1', 'a2'])
  assert.deepEqual(await things.bodies(QueueUrl), ['b1'])
  await remove(QueueUrl, first[0])
  assert.deepEqual(await things.receive(QueueUrl), [])
  assert.deepEqual(await things.counts(QueueUrl), [1, 2, 0])
  const poll = things.bodies(QueueUrl, { WaitTimeSeconds: 20 })
  await remove(QueueUrl, first[1])
  assert.deepEqual(await poll, ['a3'])
})

test('one receive takes what there is of a group, then goes on with the next', async () => {
  const QueueUrl = await things.queue('groups.fifo')
  await things.send(QueueUrl, 'a1', 'b1', 'a2', 'c1', 'b2')
  assert.deepEqual(await things.bodies(QueueUrl, { MaxNumberOfMessages: 4 }), ['a1', 'a2', 'b1', 'b2'])
  assert.deepEqual(await things.bodies(QueueUrl), ['c1'])
})

test('after the visibility timeout the messages come again, in order, before later ones', async () => {
  const QueueUrl = await things.queue('again.fifo', { VisibilityTimeout: '10' })
  await things.send(QueueUrl, 'a1', 'a2')
  const [first] = await things.receive(QueueUrl)
  await things.send(QueueUrl, 'a3')
  await things.cloud.clock.advance(10_000)
  await assert.rejects(remove(QueueUrl, first), {
    name: 'InvalidParameterValue',
    message: `Value ${first.ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
  })
  const again = await things.receive(QueueUrl)
  assert.deepEqual(again.map(({ Body, Attributes }) => [Body, Attributes.ApproximateReceiveCount]), [['a1', '2'], ['a2', '2'], ['a3', '1']])
  await assert.rejects(remove(QueueUrl, first), { name: 'InvalidParameterValue' })
})

test('a message given back opens its group; a longer timeout keeps it closed', async () => {
  const QueueUrl = await things.queue('back.fifo', { VisibilityTimeout: '10' })
  await things.send(QueueUrl, 'a1', 'a2')
  const [one, two] = await things.receive(QueueUrl)
  const change = ({ ReceiptHandle }: any, VisibilityTimeout: number) => things.sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout })
  await change(two, 30)
  await change(one, 0)
  assert.deepEqual(await things.receive(QueueUrl), [])
  await things.cloud.clock.advance(29_999)
  assert.deepEqual(await things.receive(QueueUrl), [])
  await things.cloud.clock.advance(1)
  const again = await things.receive(QueueUrl)
  assert.deepEqual(again.map(({ Body }) => Body), ['a1', 'a2'])
  for (const message of again) await change(message, 0)
  assert.deepEqual(await things.bodies(QueueUrl), ['a1', 'a2'])
})

test('deduplication: by id, within five minutes, also after the message is gone', async () => {
  const QueueUrl = await things.queue('ids.fifo')
  const send = (MessageBody: string, MessageDeduplicationId: string, MessageGroupId = 'g') =>
    things.sqs.sendMessage({ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId })
  const first = await send('one', 'x')
  const again = await send('another body', 'x', 'another-group')
  assert.deepEqual([again.MessageId, again.SequenceNumber], [first.MessageId, first.SequenceNumber])
  const [message] = await things.receive(QueueUrl)
  assert.deepEqual([message.Body, message.Attributes.MessageDeduplicationId, message.Attributes.SequenceNumber], ['one', 'x', first.SequenceNumber])
  await remove(QueueUrl, message)
  await things.cloud.clock.advance(299_999)
  await send('two', 'x')
  assert.deepEqual(await things.receive(QueueUrl), [])
  await things.cloud.clock.advance(1)
  const later = await send('three', 'x')
  assert.ok(later.SequenceNumber!.length === 20 && later.SequenceNumber! > first.SequenceNumber!)
  assert.deepEqual(await things.bodies(QueueUrl), ['three'])
})

test('deduplication: by content where the queue says so, an explicit id comes first; in a batch as well', async () => {
  const QueueUrl = await things.queue('content.fifo', { ContentBasedDeduplication: 'true' })
  const send = (MessageBody: string, more: object = {}) => things.sqs.sendMessage({ QueueUrl, MessageBody, MessageGroupId: 'g', ...more })
  assert.equal((await send('same')).MessageId, (await send('same')).MessageId)
  await send('same', { MessageDeduplicationId: 'other' })
  const { Successful } = await things.sqs.sendMessageBatch({ QueueUrl, Entries: ['1', '2'].map(Id => ({ Id, MessageBody: 'twin', MessageGroupId: 'g' })) })
  assert.equal(Successful![0]!.MessageId, Successful![1]!.MessageId)
  assert.deepEqual(await things.bodies(QueueUrl), ['same', 'same', 'twin'])
})

test('high throughput: deduplication within a group', async () => {
  const QueueUrl = await things.queue('fast.fifo', { DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' })
  for (const MessageGroupId of ['a', 'b', 'a']) {
    await things.sqs.sendMessage({ QueueUrl, MessageBody: MessageGroupId, MessageGroupId, MessageDeduplicationId: 'x' })
  }
  assert.deepEqual(await things.bodies(QueueUrl), ['a', 'b'])
})

test('what a FIFO queue asks for and does not take', async () => {
  const QueueUrl = await things.queue('asks.fifo')
  const refused = (more: object, error: object) => assert.rejects(things.sqs.sendMessage({ QueueUrl, MessageBody: 'x', ...more }), error)
  await refused({}, { name: 'MissingParameter', message: 'The request must contain the parameter MessageGroupId.' })
  await refused({ MessageGroupId: 'g' }, {
    name: 'InvalidParameterValue',
    message: 'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  })
  await refused({ MessageGroupId: 'g', MessageDeduplicationId: 'd', DelaySeconds: 2 }, {
    message: 'Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.',
  })
  await refused({ MessageGroupId: 'no spaces', MessageDeduplicationId: 'd' }, { name: 'InvalidParameterValue' })
  const batch = (entry: object) => things.sqs.sendMessageBatch({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'x', ...entry }] })
  await assert.rejects(batch({}), { name: 'InvalidParameterValue', message: 'The request must contain the parameter MessageGroupId.' })
  await assert.rejects(batch({ MessageGroupId: 'g' }), { name: 'InvalidParameterValue', message: /^The queue should either have ContentBasedDeduplication/ })
})

test('a queue\'s delay keeps the order', async () => {
  const QueueUrl = await things.queue('late.fifo', { DelaySeconds: '5' })
  await things.send(QueueUrl, 'a1')
  await things.cloud.clock.advance(2000)
  await things.send(QueueUrl, 'a2', 'b1')
  assert.deepEqual(await things.counts(QueueUrl), [0, 0, 3])
  await things.cloud.clock.advance(3000)
  const first = await things.receive(QueueUrl)
  assert.deepEqual(first.map(({ Body }) => Body), ['a1'])
  await remove(QueueUrl, first[0])
  assert.deepEqual(await things.receive(QueueUrl), [])
  await things.cloud.clock.advance(2000)
  assert.deepEqual(await things.bodies(QueueUrl), ['b1', 'a2'].sort())
})

test('ReceiveRequestAttemptId: the same messages and handles again, as long as nothing was done with them', async () => {
  const QueueUrl = await things.queue('retry.fifo', { VisibilityTimeout: '10' })
  await things.send(QueueUrl, 'a1', 'a2')
  const receive = () => things.receive(QueueUrl, { ReceiveRequestAttemptId: 'try' })
  const first = await receive()
  await things.cloud.clock.advance(8000)
  const again = await receive()
  assert.deepEqual(again.map(({ ReceiptHandle }) => ReceiptHandle), first.map(({ ReceiptHandle }) => ReceiptHandle))
  await things.cloud.clock.advance(8000)
  assert.deepEqual(await things.counts(QueueUrl), [0, 2, 0], 'the visibility timeout has begun anew')
  await remove(QueueUrl, first[0])
  assert.deepEqual(await receive(), [])
  const standard = await things.queue('retry')
  await assert.rejects(things.receive(standard, { ReceiveRequestAttemptId: 'try' }), { name: 'InvalidParameterValue' })
})

test('retention and purge leave no group behind', async () => {
  const QueueUrl = await things.queue('short.fifo', { MessageRetentionPeriod: '60' })
  await things.send(QueueUrl, 'a1', 'b1')
  await things.cloud.clock.advance(30_000)
  await things.send(QueueUrl, 'a2')
  await things.cloud.clock.advance(30_000)
  assert.deepEqual(await things.counts(QueueUrl), [1, 0, 0])
  assert.deepEqual(await things.bodies(QueueUrl), ['a2'])
  await things.sqs.purgeQueue({ QueueUrl })
  await things.send(QueueUrl, 'a3')
  assert.deepEqual(await things.bodies(QueueUrl), ['a3'])
})

test('many receivers: each group in order, whoever gets its messages', async () => {
  const QueueUrl = await things.queue('crowd.fifo')
  for (let at = 0; at < 10; at++) await things.send(QueueUrl, ...['a', 'b', 'c', 'd'].map(group => `${group}${at}`))
  const seen = new Map<string, number[]>()
  const work = async () => {
    for (let empty = 0; empty < 5;) {
      const messages = await things.receive(QueueUrl, { MaxNumberOfMessages: 3 })
      if (messages.length === 0) empty++
      for (const message of messages) {
        const list = seen.get(message.Body[0]) ?? []
        seen.set(message.Body[0], [...list, Number(message.Body.slice(1))])
        await remove(QueueUrl, message)
      }
    }
  }
  await Promise.all([work(), work(), work(), work(), work()])
  for (const group of ['a', 'b', 'c', 'd']) assert.deepEqual(seen.get(group), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  assert.deepEqual(await things.counts(QueueUrl), [0, 0, 0])
})
