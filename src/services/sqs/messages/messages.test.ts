import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { MetricDatum } from '../../../contracts/sinks.ts'
import { startThings, type Things } from '../testing/things.ts'

let things: Things
before(async () => {
  things = await startThings()
})
after(() => things.stop())

test('SendMessage, ReceiveMessage, DeleteMessage: a message is in flight until it is deleted', async () => {
  const QueueUrl = await things.queue('simple')
  const sent = await things.sqs.sendMessage({ QueueUrl, MessageBody: 'hello' })
  assert.deepEqual(await things.counts(QueueUrl), [1, 0, 0])
  const [message] = await things.receive(QueueUrl)
  assert.deepEqual([message.Body, message.MessageId, message.MD5OfBody], ['hello', sent.MessageId, '5d41402abc4b2a76b9719d911017c592'])
  const now = String(things.cloud.clock.now())
  assert.deepEqual(message.Attributes, { SenderId: '000000000000', SentTimestamp: now, ApproximateReceiveCount: '1', ApproximateFirstReceiveTimestamp: now })
  assert.deepEqual(await things.counts(QueueUrl), [0, 1, 0])
  assert.deepEqual(await things.receive(QueueUrl), [])
  await things.sqs.deleteMessage({ QueueUrl, ReceiptHandle: message.ReceiptHandle })
  assert.deepEqual(await things.counts(QueueUrl), [0, 0, 0])
  await things.sqs.deleteMessage({ QueueUrl, ReceiptHandle: message.ReceiptHandle })
})

test('ReceiveMessage: a message comes back when its visibility timeout is over, and is counted', async () => {
  const QueueUrl = await things.queue('visible', { VisibilityTimeout: '10' })
  await things.send(QueueUrl, 'again')
  const [first] = await things.receive(QueueUrl)
  await things.cloud.clock.advance(9_999)
  assert.deepEqual(await things.receive(QueueUrl), [])
  await things.cloud.clock.advance(1)
  assert.deepEqual(await things.counts(QueueUrl), [1, 0, 0])
  const [second] = await things.receive(QueueUrl, { VisibilityTimeout: 100 })
  assert.equal(second.Attributes.ApproximateReceiveCount, '2')
  assert.equal(Number(second.Attributes.ApproximateFirstReceiveTimestamp), things.cloud.clock.now() - 10_000)
  assert.notEqual(second.ReceiptHandle, first.ReceiptHandle)
  await things.cloud.clock.advance(99_999)
  assert.deepEqual(await things.receive(QueueUrl), [])
  // An old handle of a message deletes it all the same: the queue is a standard one.
  await things.sqs.deleteMessage({ QueueUrl, ReceiptHandle: first.ReceiptHandle })
  await things.cloud.clock.advance(1)
  assert.deepEqual(await things.receive(QueueUrl), [])
})

test('ReceiveMessage: a visibility timeout of 0 leaves the message visible', async () => {
  const QueueUrl = await things.queue('zero')
  await things.send(QueueUrl, 'x')
  assert.deepEqual(await things.bodies(QueueUrl, { VisibilityTimeout: 0 }), ['x'])
  const [again] = await things.receive(QueueUrl)
  assert.equal(again.Attributes.ApproximateReceiveCount, '2')
})

test('ReceiveMessage: long polls wake as soon as messages are sent, each with its own', async () => {
  const QueueUrl = await things.queue('long')
  const polls = [1, 2, 3].map(() => things.bodies(QueueUrl, { WaitTimeSeconds: 20, MaxNumberOfMessages: 1 }))
  await things.counts(QueueUrl)
  await things.sqs.sendMessageBatch({ QueueUrl, Entries: ['a', 'b', 'c'].map(Id => ({ Id, MessageBody: Id })) })
  assert.deepEqual((await Promise.all(polls)).flat().sort(), ['a', 'b', 'c'])
})

test('ReceiveMessage: a long poll ends empty when its time is over, wakes when a message becomes visible, and is the queue\'s default', async () => {
  const QueueUrl = await things.queue('waiting', { ReceiveMessageWaitTimeSeconds: '5', VisibilityTimeout: '3' })
  const polled = async (more: object = {}) => {
    const poll = things.bodies(QueueUrl, more)
    await things.counts(QueueUrl)
    return poll
  }
  const empty = polled()
  await things.counts(QueueUrl)
  await things.cloud.clock.advance(5000)
  assert.deepEqual(await empty, [])
  await things.send(QueueUrl, 'x')
  await things.receive(QueueUrl)
  const second = polled()
  await things.counts(QueueUrl)
  await things.cloud.clock.advance(3000)
  assert.deepEqual(await second, ['x'])
  assert.deepEqual(await polled({ WaitTimeSeconds: 0 }), [])
})

test('ReceiveMessage: a poll whose caller hangs up takes no message', async () => {
  const QueueUrl = await things.queue('hung-up')
  const controller = new AbortController()
  const poll = things.sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 }, { abortSignal: controller.signal })
  await things.counts(QueueUrl)
  controller.abort()
  await assert.rejects(poll, { name: 'AbortError' })
  await things.counts(QueueUrl)
  await things.send(QueueUrl, 'kept')
  assert.deepEqual(await things.bodies(QueueUrl), ['kept'])
})

test('ReceiveMessage: who waits costs nothing until something comes', async () => {
  const QueueUrl = await things.queue('idle')
  const poll = things.bodies(QueueUrl, { WaitTimeSeconds: 20 })
  await things.counts(QueueUrl)
  const queue = things.cloud.cloud.platform.scope('sqs', {}).state.loaded.get('000000000000/us-east-1/idle')
  const { inFlight } = queue
  let rounds = 0
  queue.inFlight = { count: (now: number) => (rounds++, inFlight.count(now)), next: () => undefined, add: () => {}, remove: () => {} }
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
  assert.equal(rounds, 0)
  queue.inFlight = inFlight
  await things.send(QueueUrl, 'x')
  assert.deepEqual(await poll, ['x'])
})

test('ReceiveMessage: a message that is sent while a receiver looks is not missed', async () => {
  const QueueUrl = await things.queue('races')
  const { sqs } = things.cloud.aws()
  for (let turns = 0; turns < 40; turns++) {
    const poll = sqs.ReceiveMessage({ QueueUrl, WaitTimeSeconds: 20 })
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    await sqs.SendMessage({ QueueUrl, MessageBody: String(turns) })
    const { Messages } = await poll
    assert.equal(Messages![0]!.Body, String(turns))
    await sqs.DeleteMessage({ QueueUrl, ReceiptHandle: Messages![0]!.ReceiptHandle })
  }
})

test('ReceiveMessage: a cloud that stops answers the long polls', async () => {
  const other = await startThings()
  const QueueUrl = await other.queue('stopping')
  const poll = other.bodies(QueueUrl, { WaitTimeSeconds: 20 })
  while (other.cloud.cloud.platform.scope('sqs', {}).state.loaded.values().next().value?.waiters.length !== 1) await other.counts(QueueUrl)
  const began = performance.now()
  await other.cloud.stop()
  assert.ok(performance.now() - began < 3000)
  assert.deepEqual(await poll, [])
  other.sqs.destroy()
})

test('ReceiveMessage: many receivers at once get every message once', async () => {
  const QueueUrl = await things.queue('crowd')
  for (let batch = 0; batch < 10; batch++) {
    await things.sqs.sendMessageBatch({ QueueUrl, Entries: Array.from({ length: 10 }, (_, at) => ({ Id: String(at), MessageBody: `${batch}-${at}` })) })
  }
  const received = await Promise.all(Array.from({ length: 30 }, () => things.bodies(QueueUrl, { MaxNumberOfMessages: 5 })))
  assert.equal(new Set(received.flat()).size, 100)
  assert.equal(received.flat().length, 100)
})

test('DelaySeconds: of the queue or the message, until then it is counted as delayed', async () => {
  const QueueUrl = await things.queue('delayed', { DelaySeconds: '10' })
  await things.send(QueueUrl, 'by queue')
  await things.sqs.sendMessage({ QueueUrl, MessageBody: 'by message', DelaySeconds: 20 })
  await things.sqs.sendMessage({ QueueUrl, MessageBody: 'at once', DelaySeconds: 0 })
  assert.deepEqual(await things.counts(QueueUrl), [1, 0, 2])
  assert.deepEqual(await things.bodies(QueueUrl), ['at once'])
  await things.cloud.clock.advance(10_000)
  assert.deepEqual(await things.bodies(QueueUrl), ['by queue'])
  const poll = things.bodies(QueueUrl, { WaitTimeSeconds: 20 })
  await things.counts(QueueUrl)
  await things.cloud.clock.advance(10_000)
  assert.deepEqual(await poll, ['by message'])
})

test('ChangeMessageVisibility: shortens, lengthens, gives back at once', async () => {
  const QueueUrl = await things.queue('changing')
  await things.send(QueueUrl, 'x')
  const [{ ReceiptHandle }] = await things.receive(QueueUrl) as [any]
  await things.sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 60 })
  await things.cloud.clock.advance(59_999)
  assert.deepEqual(await things.counts(QueueUrl), [0, 1, 0])
  const poll = things.receive(QueueUrl, { WaitTimeSeconds: 20 })
  await things.sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 })
  const [again] = await poll
  assert.equal(again.Body, 'x')
  await assert.rejects(things.sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 43_201 }), { name: 'InvalidParameterValue' })
  await things.sqs.deleteMessage({ QueueUrl, ReceiptHandle: again.ReceiptHandle })
  await assert.rejects(things.sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 }), {
    name: 'InvalidParameterValue',
    message: `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
  })
})

test('ChangeMessageVisibility: not in flight is MessageNotInflight, and twelve hours are all that a receive can last', async () => {
  const QueueUrl = await things.queue('bounded')
  await things.send(QueueUrl, 'x')
  const [{ ReceiptHandle }] = await things.receive(QueueUrl, { VisibilityTimeout: 43_200 }) as [any]
  await things.cloud.clock.advance(3_600_000)
  await assert.rejects(things.sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 40_000 }), {
    message: 'Value 40000 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]',
  })
  await things.sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 39_600 })
  await things.sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 })
  // The handle of the last receive holds also when its time is over, until somebody else receives the message.
  await things.sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 10 })
  assert.deepEqual(await things.counts(QueueUrl), [0, 1, 0])
  await things.cloud.clock.advance(10_000)
  await things.receive(QueueUrl, { VisibilityTimeout: 0 })
  await assert.rejects(things.sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 }), { name: 'MessageNotInflight' })
})

test('a receipt handle that this queue did not hand out is ReceiptHandleIsInvalid', async () => {
  const [QueueUrl, other] = [await things.queue('mine'), await things.queue('other')]
  await things.send(other, 'x')
  const [message] = await things.receive(other)
  for (const ReceiptHandle of ['garbage', message.ReceiptHandle]) {
    await assert.rejects(things.sqs.deleteMessage({ QueueUrl, ReceiptHandle }), {
      name: 'ReceiptHandleIsInvalid', message: `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`,
    })
  }
})

test('message attributes come back as asked for, with their MD5', async () => {
  const QueueUrl = await things.queue('attributes', { VisibilityTimeout: '0' })
  const text = (StringValue: string) => ({ DataType: 'String', StringValue })
  const sent = await things.sqs.sendMessage({
    QueueUrl, MessageBody: 'msg',
    MessageAttributes: {
      Help: text('Me'), 'Help.More': text('x'), Hello: text('There'), bytes: { DataType: 'Binary.png', BinaryValue: Buffer.from('01') },
      n: { DataType: 'Number', StringValue: '1e3' },
    },
    MessageSystemAttributes: { AWSTraceHeader: text('Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1') },
  })
  assert.equal(sent.MD5OfMessageSystemAttributes?.length, 32)
  const names = async (...MessageAttributeNames: string[]) => {
    const [message] = await things.receive(QueueUrl, { MessageAttributeNames })
    return [Object.keys(message.MessageAttributes ?? {}).sort(), message.MD5OfMessageAttributes, message] as const
  }
  const [all, md5, message] = await names('All')
  assert.deepEqual([all, md5], [['Hello', 'Help', 'Help.More', 'bytes', 'n'], sent.MD5OfMessageAttributes])
  assert.equal(Buffer.from(message.MessageAttributes.bytes.BinaryValue).toString(), '01')
  assert.equal(message.Attributes.AWSTraceHeader, 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1')
  assert.deepEqual((await names('Help.*'))[0], ['Help', 'Help.More'])
  assert.deepEqual((await names('Hello', 'none'))[0], ['Hello'])
  assert.deepEqual((await names('none')).slice(0, 2), [[], undefined])
  assert.deepEqual((await names())[0], [])
})

test('the MD5 of attributes is AWS\'s', async () => {
  const QueueUrl = await things.queue('digests')
  const text = (StringValue: string) => ({ DataType: 'String', StringValue })
  const send = async (MessageAttributes: Record<string, any>) =>
    (await things.sqs.sendMessage({ QueueUrl, MessageBody: 'msg', MessageAttributes })).MD5OfMessageAttributes
  // As AWS itself answered them.
  assert.equal(await send({ Help: text('Me'), Hello: text('There'), General: text('Kenobi') }).then(md5 => md5?.length), 32)
  assert.equal(await send({ 'Help.Me': text('Me'), Hello: text('There'), General: text('Kenobi') }), '4c360f3fdafd970e05fae2f149d997f5')
  assert.equal(await send({ Hello: text('There'), General: text('Kenobi') }), 'fca026605781cb4126a1e9044df24232')
  assert.equal(await send({ Foo: text('Bar') }), 'ae7155c6026991b6d54b11589678bf9c')
  const traceparent = Buffer.concat([Buffer.from('traceparent\x1e'), Buffer.from('00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01')])
  assert.equal(await send({ attr1: { DataType: 'Binary', BinaryValue: traceparent } }), '8cbe4db156db8a94db8b801b7addb984')
})

test('SendMessage: what AWS refuses is refused in its words', async () => {
  const QueueUrl = await things.queue('strict', { MaximumMessageSize: '1024' })
  const refused = (more: object, error: object) => assert.rejects(things.sqs.sendMessage({ QueueUrl, MessageBody: 'x', ...more }), error)
  await refused({ MessageBody: '' }, { name: 'MissingParameter', message: 'The request must contain the parameter MessageBody.' })
  await refused({ MessageBody: 'a\u0001' }, { name: 'InvalidMessageContents', message: /^Invalid characters found\. Valid unicode characters are #x9 \| #xA/ })
  await refused({ MessageBody: 'x'.repeat(1025) }, {
    name: 'InvalidParameterValue', message: 'One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.',
  })
  await refused({ MessageBody: 'x'.repeat(1020), MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } }, { name: 'InvalidParameterValue' })
  await refused({ DelaySeconds: 901 }, {
    name: 'InvalidParameterValue', message: 'Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
  })
  await refused({ MessageDeduplicationId: 'd' }, {
    message: 'Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.',
  })
  const attribute = (name: string, value: object, message: RegExp) =>
    refused({ MessageAttributes: { [name]: value } }, { name: 'InvalidParameterValue', message })
  await attribute(
    'a', { DataType: 'Strange', StringValue: 'x' },
    /has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String\.$/,
  )
  await attribute('a', { DataType: 'String', StringValue: '' }, /^Message \(user\) attribute 'a' must contain a non-empty value of type 'String'\.$/)
  await attribute('AWS.x', { DataType: 'String', StringValue: 'x' }, /reserved for internal use/)
  await attribute('a..b', { DataType: 'String', StringValue: 'x' }, /successive/)
  await attribute('n', { DataType: 'Number', StringValue: 'x' }, /to a number/)
  const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`a${at}`, { DataType: 'String', StringValue: 'x' }]))
  await refused({ MessageAttributes: eleven }, { message: 'Number of message attributes [11] exceeds the allowed maximum [10].' })
})

test('ReceiveMessage: bounds of its parameters', async () => {
  const QueueUrl = await things.queue('asked')
  const refused = (more: object, message: string) =>
    assert.rejects(things.sqs.receiveMessage({ QueueUrl, ...more }), { name: 'InvalidParameterValue', message })
  await refused({ MaxNumberOfMessages: 11 }, 'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.')
  await refused({ MaxNumberOfMessages: 0 }, 'Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.')
  await refused({ WaitTimeSeconds: 21 }, 'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.')
  await refused({ VisibilityTimeout: 43_201 }, 'Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= 43200, if provided.')
  await assert.rejects(
    things.sqs.receiveMessage({ QueueUrl, AttributeNames: ['Nonsense' as 'All'] }),
    { name: 'InvalidAttributeName', message: 'Unknown Attribute Nonsense.' },
  )
})

test('a message of 1 MB is kept whole, one byte more is refused', async () => {
  const QueueUrl = await things.queue('large')
  const MessageBody = 'ä"\n'.repeat(262_144)
  const { MD5OfMessageBody } = await things.sqs.sendMessage({ QueueUrl, MessageBody })
  const [message] = await things.receive(QueueUrl)
  assert.ok(message.Body === MessageBody)
  assert.equal(message.MD5OfBody, MD5OfMessageBody)
  await assert.rejects(
    things.sqs.sendMessage({ QueueUrl, MessageBody: `${MessageBody}x` }),
    { message: 'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.' },
  )
  await things.sqs.deleteMessage({ QueueUrl, ReceiptHandle: message.ReceiptHandle })
  const { tables } = things.cloud.cloud.platform.scope('sqs', { account: '000000000000', region: 'us-east-1' })
  assert.deepEqual(await tables.bodies!.list(), [])
})

test('batches: checked as a whole, then each entry for itself', async () => {
  const QueueUrl = await things.queue('batches', { MaximumMessageSize: '1024' })
  const send = (...entries: object[]) => things.sqs.sendMessageBatch({ QueueUrl, Entries: entries as any })
  const entry = (Id: string, MessageBody = 'x') => ({ Id, MessageBody })
  await assert.rejects(send(), { name: 'EmptyBatchRequest', message: 'There should be at least one SendMessageBatchRequestEntry in the request.' })
  await assert.rejects(send(...Array.from({ length: 11 }, (_, at) => entry(String(at)))), {
    name: 'TooManyEntriesInBatchRequest', message: 'Maximum number of entries per request are 10. You have sent 11.',
  })
  await assert.rejects(send(entry('a'), entry('a')), { name: 'BatchEntryIdsNotDistinct', message: 'Id a repeated.' })
  await assert.rejects(send(entry('a:b')), { name: 'InvalidBatchEntryId' })
  const { Successful, Failed } = await send(entry('good'), entry('long', 'x'.repeat(1025)), entry('odd', '\u0000'))
  assert.deepEqual(Successful!.map(({ Id }) => Id), ['good'])
  assert.deepEqual(
    Failed!.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault]),
    [['long', 'InvalidParameterValue', true], ['odd', 'InvalidMessageContents', true]],
  )
  const [message] = await things.receive(QueueUrl)
  const changed = await things.sqs.changeMessageVisibilityBatch({
    QueueUrl, Entries: [{ Id: '1', ReceiptHandle: message.ReceiptHandle, VisibilityTimeout: 0 }, { Id: '2', ReceiptHandle: 'x', VisibilityTimeout: 0 }],
  })
  assert.deepEqual([changed.Successful!.map(({ Id }) => Id), changed.Failed!.map(({ Id, Code }) => [Id, Code])], [['1'], [['2', 'ReceiptHandleIsInvalid']]])
  const deleted = await things.sqs.deleteMessageBatch({
    QueueUrl, Entries: [{ Id: '1', ReceiptHandle: message.ReceiptHandle }, { Id: '2', ReceiptHandle: 'x' }],
  })
  assert.deepEqual([deleted.Successful!.map(({ Id }) => Id), deleted.Failed!.map(({ Id, Code }) => [Id, Code])], [['1'], [['2', 'ReceiptHandleIsInvalid']]])
  assert.deepEqual(await things.counts(QueueUrl), [0, 0, 0])
})

test('SendMessageBatch: all messages together are 1 MB at most', async () => {
  const QueueUrl = await things.queue('heavy')
  const Entries = [{ Id: 'a', MessageBody: 'x'.repeat(1_048_576) }, { Id: 'b', MessageBody: 'x' }]
  await assert.rejects(things.sqs.sendMessageBatch({ QueueUrl, Entries }), {
    name: 'BatchRequestTooLong', message: 'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
  })
})

test('retention: messages go when they are too old, whether anybody looks or not', async () => {
  const QueueUrl = await things.queue('kept', { MessageRetentionPeriod: '60', VisibilityTimeout: '5' })
  await things.send(QueueUrl, 'a', 'b')
  await things.receive(QueueUrl, { MaxNumberOfMessages: 1 })
  await things.cloud.clock.advance(30_000)
  await things.send(QueueUrl, 'c')
  await things.cloud.clock.advance(29_999)
  assert.deepEqual(await things.counts(QueueUrl), [3, 0, 0])
  await things.cloud.clock.advance(1)
  assert.deepEqual(await things.counts(QueueUrl), [1, 0, 0])
  assert.deepEqual(await things.bodies(QueueUrl), ['c'])
  await things.sqs.setQueueAttributes({ QueueUrl, Attributes: { MessageRetentionPeriod: '3600' } })
  await things.cloud.clock.advance(60_000)
  assert.deepEqual(await things.counts(QueueUrl), [1, 0, 0])
})

test('fair queues: messages of quiet groups come before the backlog of a noisy one', async () => {
  const QueueUrl = await things.queue('fair')
  const send = (MessageGroupId: string, count: number) => things.sqs.sendMessageBatch({
    QueueUrl, Entries: Array.from({ length: count }, (_, at) => ({ Id: String(at), MessageBody: `${MessageGroupId}${at}`, MessageGroupId })),
  })
  for (let batch = 0; batch < 5; batch++) await send('noisy', 10)
  await send('quiet', 2)
  for (let times = 0; times < 3; times++) assert.ok((await things.bodies(QueueUrl)).every(body => body.startsWith('noisy')))
  const [first, second] = await things.receive(QueueUrl)
  assert.deepEqual([first.Body, second.Body], ['quiet0', 'quiet1'])
  assert.equal(first.Attributes.MessageGroupId, 'quiet')
})

test('in-flight limit: at 120,000 a short poll is OverLimit, a long one waits for room, a FIFO queue gives nothing', async () => {
  const [QueueUrl, fifo] = [await things.queue('full'), await things.queue('full.fifo')]
  for (const url of [QueueUrl, fifo]) {
    await things.send(url, 'x')
    const held = things.cloud.cloud.platform.scope('sqs', {}).state.loaded.get(`000000000000/us-east-1/${url.split('/').at(-1)}`).inFlight
    for (let count = 0; count < 120_000; count++) held.add(things.cloud.clock.now() + 10_000, things.cloud.clock.now())
  }
  await assert.rejects(things.receive(QueueUrl), { name: 'OverLimit' })
  assert.deepEqual(await things.receive(fifo), [])
  const poll = things.bodies(QueueUrl, { WaitTimeSeconds: 20 })
  await things.counts(QueueUrl)
  await things.cloud.clock.advance(10_000)
  assert.deepEqual(await poll, ['x'])
})

test('metrics: what was sent, received and deleted at each call, what there is each minute', async () => {
  const metrics: MetricDatum[] = []
  const other = await startThings()
  other.cloud.cloud.sinks.own('metric', async () => datum => void metrics.push(datum))
  const values = (name: string) => metrics.filter(datum => datum.name === name).map(({ value }) => value)
  const QueueUrl = await other.queue('measured')
  await other.receive(QueueUrl)
  await other.send(QueueUrl, 'abc', 'd')
  const [message] = await other.receive(QueueUrl, { MaxNumberOfMessages: 1 })
  await other.sqs.deleteMessage({ QueueUrl, ReceiptHandle: message.ReceiptHandle })
  await other.cloud.clock.advance(60_000)
  const names = ['NumberOfMessagesSent', 'SentMessageSize', 'NumberOfEmptyReceives', 'NumberOfMessagesReceived', 'NumberOfMessagesDeleted']
  assert.deepEqual(names.map(values), [[1, 1], [3, 1], [1], [1], [1]])
  assert.deepEqual(
    ['ApproximateNumberOfMessagesVisible', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateAgeOfOldestMessage'].map(values), [[1], [0], [60]]
  )
  assert.deepEqual(metrics[0]!.dimensions, { QueueName: 'measured' })
  await other.cloud.clock.advance(12 * 3_600_000)
  assert.ok(values('ApproximateNumberOfMessagesVisible').length < 400, 'a queue that nobody uses is no longer reported')
  await other.stop()
})

test('usage: a request for each 64 KB, standard or FIFO', async () => {
  const usageOf = (usageType: string) => things.cloud.usage().filter(record => record.usageType === usageType).reduce((sum, { quantity }) => sum + quantity, 0)
  const QueueUrl = await things.queue('billed')
  const before = usageOf('Requests-Tier1')
  await things.sqs.sendMessage({ QueueUrl, MessageBody: 'x'.repeat(65_536) })
  assert.equal(usageOf('Requests-Tier1') - before, 1)
  await things.sqs.sendMessage({ QueueUrl, MessageBody: 'x'.repeat(65_537) })
  assert.equal(usageOf('Requests-Tier1') - before, 3)
  const fifo = usageOf('Requests-FIFO-Tier1')
  await things.send(await things.queue('billed.fifo'), 'a')
  assert.equal(usageOf('Requests-FIFO-Tier1') - fifo, 2)
})
