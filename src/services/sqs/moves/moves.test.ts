import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startThings, type Things } from '../testing/things.ts'

let things: Things
before(async () => {
  things = await startThings()
})
after(() => things.stop())

/** A queue and its dead-letter queue. */
async function pair(name: string, maxReceiveCount = 1, suffix = '') {
  const dead = await things.queue(`${name}-dead${suffix}`)
  const source = await things.queue(`${name}${suffix}`, {
    VisibilityTimeout: '1', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: await things.arn(dead), maxReceiveCount })
  })
  return { dead, source, deadArn: await things.arn(dead), sourceArn: await things.arn(source) }
}

/** Receives from the queue until its messages are dead. */
async function kill(url: string, times = 1): Promise<void> {
  for (let at = 0; at < times; at++) {
    await things.receive(url)
    await things.cloud.clock.advance(1000)
  }
  assert.deepEqual(await things.receive(url), [])
}

test('a message that was received too often goes to the dead-letter queue, with its id, its age and its source', async () => {
  const { dead, source, sourceArn } = await pair('simple', 2)
  const sentAt = things.cloud.clock.now()
  const { MessageId } = await things.sqs.sendMessage({ QueueUrl: source, MessageBody: 'x', MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } })
  const poll = things.receive(dead, { WaitTimeSeconds: 20, MessageAttributeNames: ['All'] })
  await kill(source, 2)
  const [message] = await poll
  assert.deepEqual([message.Body, message.MessageId, message.MessageAttributes.a.StringValue], ['x', MessageId, 'b'])
  // AWS counts the receives across all queues.
  assert.deepEqual(
    [message.Attributes.DeadLetterQueueSourceArn, message.Attributes.ApproximateReceiveCount, message.Attributes.SentTimestamp],
    [sourceArn, '3', String(sentAt)]
  )
  assert.deepEqual([await things.counts(source), await things.counts(dead)], [[0, 0, 0], [0, 1, 0]])
})

test('FIFO: dead letters leave their group, which goes on, and keep their order', async () => {
  const { dead, source } = await pair('order', 1, '.fifo')
  await things.send(source, 'a1', 'a2', 'a3')
  await things.receive(source, { MaxNumberOfMessages: 2 })
  await things.cloud.clock.advance(1000)
  assert.deepEqual(await things.bodies(source), ['a3'])
  const buried = await things.receive(dead)
  assert.deepEqual(
    buried.map(({ Body, Attributes }) => [Body, Attributes.MessageGroupId, Attributes.MessageDeduplicationId]), [['a1', 'a', 'a1'], ['a2', 'a', 'a2']]
  )
})

test('a large message keeps its body on the way', async () => {
  const { dead, source } = await pair('large')
  const MessageBody = 'x'.repeat(100_000)
  await things.sqs.sendMessage({ QueueUrl: source, MessageBody })
  await kill(source)
  assert.deepEqual(await things.bodies(dead), [MessageBody])
})

test('StartMessageMoveTask: dead letters go back to where they came from, as new messages', async () => {
  const { dead, source, deadArn } = await pair('back')
  const { MessageId } = await things.sqs.sendMessage({ QueueUrl: source, MessageBody: 'x' })
  await things.send(source, 'y')
  await kill(source)
  const { TaskHandle } = await things.sqs.startMessageMoveTask({ SourceArn: deadArn })
  assert.ok(TaskHandle)
  await things.cloud.settle()
  const { Results } = await things.sqs.listMessageMoveTasks({ SourceArn: deadArn })
  assert.deepEqual(Results!.map(({ Status, ApproximateNumberOfMessagesMoved, ApproximateNumberOfMessagesToMove, DestinationArn, TaskHandle: handle }) =>
    [Status, ApproximateNumberOfMessagesMoved, ApproximateNumberOfMessagesToMove, DestinationArn, handle]), [['COMPLETED', 2, 2, undefined, undefined]])
  const messages = await things.receive(source)
  assert.deepEqual(
    messages.map(({ Body, Attributes }) => [Body, Attributes.ApproximateReceiveCount, Attributes.DeadLetterQueueSourceArn]),
    [['x', '1', undefined], ['y', '1', undefined]]
  )
  assert.notEqual(messages[0].MessageId, MessageId)
  assert.deepEqual(await things.counts(dead), [0, 0, 0])
})

test('a move task keeps to its bound for a second, can be cancelled, and is alone', async () => {
  const { source, deadArn } = await pair('slow')
  const destination = await things.queue('slow-destination')
  await things.send(source, '1', '2', '3', '4', '5')
  await kill(source)
  const start = () => things.sqs.startMessageMoveTask({ SourceArn: deadArn, MaxNumberOfMessagesPerSecond: 2, DestinationArn: destinationArn })
  const destinationArn = await things.arn(destination)
  const { TaskHandle } = await start()
  await assert.rejects(start(), {
    name: 'InvalidParameterValue', message: 'There is already a task running. Only one active task is allowed for a source queue arn at a given time.'
  })
  await things.cloud.settle()
  assert.deepEqual(await things.counts(destination), [2, 0, 0])
  await things.cloud.clock.advance(1000)
  assert.deepEqual(await things.counts(destination), [4, 0, 0])
  assert.equal((await things.sqs.cancelMessageMoveTask({ TaskHandle })).ApproximateNumberOfMessagesMoved, 4)
  await things.cloud.clock.advance(5000)
  assert.deepEqual(await things.counts(destination), [4, 0, 0])
  const { Results } = await things.sqs.listMessageMoveTasks({ SourceArn: deadArn })
  assert.deepEqual([Results![0]!.Status, Results![0]!.MaxNumberOfMessagesPerSecond, Results![0]!.DestinationArn], ['CANCELLED', 2, destinationArn])
  await assert.rejects(things.sqs.cancelMessageMoveTask({ TaskHandle }), { name: 'InvalidParameterValue' })
})

test('a move task whose destination is deleted fails; one that does not know where a message came from as well', async () => {
  const { source, dead, deadArn } = await pair('broken')
  const destination = await things.queue('broken-destination')
  await things.send(source, '1', '2')
  await kill(source)
  const status = async () =>
    (await things.sqs.listMessageMoveTasks({ SourceArn: deadArn })).Results!.map(({ Status, FailureReason }) => [Status, FailureReason])[0]
  await things.sqs.startMessageMoveTask({ SourceArn: deadArn, MaxNumberOfMessagesPerSecond: 1, DestinationArn: await things.arn(destination) })
  await things.cloud.settle()
  await things.sqs.deleteQueue({ QueueUrl: destination })
  await things.cloud.clock.advance(1000)
  assert.deepEqual(await status(), ['FAILED', 'AWS.SimpleQueueService.NonExistentQueue'])
  await things.sqs.purgeQueue({ QueueUrl: dead })
  await things.send(dead, 'sent here')
  await things.sqs.startMessageMoveTask({ SourceArn: deadArn })
  await things.cloud.settle()
  assert.deepEqual(await status(), ['FAILED', 'CouldNotDetermineMessageSource'])
})

test('move tasks: what is refused', async () => {
  const plain = await things.arn(await things.queue('plain'))
  const { deadArn } = await pair('refused')
  const start = (input: object) => things.sqs.startMessageMoveTask({ SourceArn: deadArn, ...input })
  await assert.rejects(start({ SourceArn: `${plain}x` }), {
    name: 'ResourceNotFoundException', message: "The resource that you specified for the SourceArn parameter doesn't exist."
  })
  await assert.rejects(start({ DestinationArn: `${plain}x` }), {
    name: 'ResourceNotFoundException', message: "The resource that you specified for the DestinationArn parameter doesn't exist."
  })
  await assert.rejects(start({ SourceArn: plain }), { name: 'InvalidParameterValue', message: 'Source queue must be configured as a Dead Letter Queue.' })
  const handle = (taskId: string, sourceArn: string) => Buffer.from(JSON.stringify({ taskId, sourceArn })).toString('base64')
  const cancel = (TaskHandle: string) => things.sqs.cancelMessageMoveTask({ TaskHandle })
  await assert.rejects(cancel('x'), { name: 'InvalidParameterValue', message: 'Value for parameter TaskHandle is invalid.' })
  await assert.rejects(cancel(handle('x', `${plain}x`)), { name: 'ResourceNotFoundException' })
  await assert.rejects(cancel(handle('x', plain)), { name: 'ResourceNotFoundException', message: 'Task does not exist.' })
})
