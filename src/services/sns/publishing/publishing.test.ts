import assert from 'node:assert/strict'
import { createVerify, X509Certificate } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startThings } from '../testing/things.ts'

let things: Awaited<ReturnType<typeof startThings>>
before(async () => {
  things = await startThings()
})
after(() => things.stop())

test('Publish: a queue gets the message in AWS\'s envelope, whose signature holds under its certificate', async () => {
  const { sns, topic, queue, subscribe, received } = things
  const TopicArn = await topic('signed', { SignatureVersion: '2' })
  const url = await queue('signed', TopicArn)
  const subscription = await subscribe(TopicArn, 'signed')
  const { MessageId } = await sns.publish({ TopicArn, Message: 'hello', Subject: 'Hi', MessageAttributes: { n: { DataType: 'Number', StringValue: '7' } } })
  const [message] = await received(url)
  const envelope = JSON.parse(message!.Body!)
  assert.match(message!.Body!, /^\{\n {2}"Type" : "Notification",\n {2}"MessageId" : "/)
  assert.deepEqual(
    Object.keys(envelope),
    [
      'Type', 'MessageId', 'TopicArn', 'Subject', 'Message', 'Timestamp', 'SignatureVersion', 'Signature', 'SigningCertURL', 'UnsubscribeURL',
      'MessageAttributes',
    ],
  )
  assert.deepEqual(
    [envelope.MessageId, envelope.TopicArn, envelope.Subject, envelope.Message, envelope.Timestamp, envelope.SignatureVersion],
    [MessageId, TopicArn, 'Hi', 'hello', '2026-01-01T00:00:00.000Z', '2'],
  )
  assert.deepEqual(envelope.MessageAttributes, { n: { Type: 'Number', Value: '7' } })
  assert.ok(envelope.UnsubscribeURL.endsWith(`?Action=Unsubscribe&SubscriptionArn=${subscription}`))
  const certificate = new X509Certificate(await (await fetch(envelope.SigningCertURL)).text())
  assert.equal(certificate.subject, 'CN=sns.amazonaws.com')
  assert.ok(certificate.verify(certificate.publicKey))
  const text = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'].map(name => `${name}\n${envelope[name]}\n`).join('')
  assert.ok(createVerify('sha256').update(text).verify(certificate.publicKey, envelope.Signature, 'base64'))
})

test('Publish: a function gets the event of AWS, once its policy lets the topic invoke it', async () => {
  const { sns, lambda, cloud, topic, createFunction, events } = things
  const TopicArn = await topic('to-function')
  const Endpoint = await createFunction('subscriber')
  await sns.subscribe({ TopicArn, Protocol: 'lambda', Endpoint })
  await sns.publish({ TopicArn, Message: 'not yet' })
  await cloud.settle()
  assert.equal(events.length, 0)
  await lambda.addPermission({
    FunctionName: 'subscriber', StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 'sns.amazonaws.com', SourceArn: TopicArn,
  })
  await sns.publish({ TopicArn, Message: 'now' })
  await cloud.settle()
  const [record] = events[0].Records
  assert.deepEqual([events.length, record.EventSource, record.EventVersion, record.Sns.Message, record.Sns.Subject], [1, 'aws:sns', '1.0', 'now', null])
  assert.deepEqual(Object.keys(record.Sns).toSorted(), [
    'Message', 'MessageAttributes', 'MessageId', 'Signature', 'SignatureVersion', 'SigningCertUrl', 'Subject', 'Timestamp', 'TopicArn', 'Type',
    'UnsubscribeUrl',
  ])
})

test('Publish: raw delivery hands on the text, and the attributes as those of the queue\'s message', async () => {
  const { sns, topic, queue, subscribe, received } = things
  const TopicArn = await topic('raw')
  const url = await queue('raw', TopicArn)
  await subscribe(TopicArn, 'raw', { RawMessageDelivery: 'true' })
  const MessageAttributes = { a: { DataType: 'String', StringValue: 'x' }, b: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) } }
  await sns.publish({ TopicArn, Message: 'as it is', MessageAttributes, MessageGroupId: 'tenant' })
  const [message] = await received(url)
  assert.equal(message!.Body, 'as it is')
  assert.equal(message!.Attributes!.MessageGroupId, 'tenant')
  assert.equal(message!.MessageAttributes!.a!.StringValue, 'x')
  assert.deepEqual([...message!.MessageAttributes!.b!.BinaryValue!], [1, 2])
})

test('Publish: a JSON structure gives each protocol its own text', async () => {
  const { sns, topic, queue, subscribe, received } = things
  const TopicArn = await topic('structure')
  const url = await queue('structure', TopicArn)
  await subscribe(TopicArn, 'structure', { RawMessageDelivery: 'true' })
  const publish = (message: unknown) => sns.publish({
    TopicArn, MessageStructure: 'json', Message: typeof message === 'string' ? message : JSON.stringify(message),
  })
  await publish({ default: 'for all', sqs: 'for queues' })
  await publish({ default: 'for all' })
  assert.deepEqual((await received(url)).map(({ Body }) => Body).toSorted(), ['for all', 'for queues'])
  await assert.rejects(publish({ sqs: 'x' }), { name: 'InvalidParameterException', message: /No default entry in JSON message body$/ })
  await assert.rejects(publish('{'), { name: 'InvalidParameterException', message: /JSON message body failed to parse$/ })
})

test('Publish: what cannot be published is refused in AWS\'s words', async () => {
  const { sns, topic, arnOf } = things
  const TopicArn = await topic('refusals')
  const refused = (input: object, message: RegExp, name = 'InvalidParameterException') => assert.rejects(
    sns.publish({ Message: 'm', TopicArn, ...input }), { name, message }
  )
  await refused({ Message: '' }, /^Invalid parameter: Empty message$/)
  await refused({ Message: 'x'.repeat(262_145) }, /^Invalid parameter: Message too long$/)
  await refused({ Subject: 'two\nlines' }, /^Invalid parameter: Subject$/)
  await refused({ TopicArn: arnOf('sns', 'missing') }, /^Topic does not exist$/, 'NotFoundException')
  await refused({ TopicArn: 'topic' }, /^Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1$/)
  await refused({ TopicArn: undefined }, /TopicArn or TargetArn Reason: no value for required parameter/)
  await refused({ TopicArn: undefined, PhoneNumber: '+15551234567' }, /text messages are not supported/)
  await refused({ MessageDeduplicationId: 'd' }, /not valid for this topic type/)
  const attribute = (name: string, value: object) => ({ MessageAttributes: { [name]: value } })
  await refused(attribute('a', { DataType: 'Text', StringValue: 'x' }), /invalid message attribute type/, 'InvalidParameterValueException')
  await refused(attribute('a', { DataType: 'String', StringValue: '' }), /must contain non-empty/, 'InvalidParameterValueException')
  await refused(attribute('.a', { DataType: 'String', StringValue: 'x' }), /starting with character/, 'InvalidParameterValueException')
  await sns.publish({ TopicArn, Message: 'x'.repeat(262_144) })
})

test('PublishBatch: each message succeeds or fails by itself; what is wrong with the batch fails it whole', async () => {
  const { sns, topic, queue, subscribe, received } = things
  const TopicArn = await topic('batch')
  const url = await queue('batch', TopicArn)
  await subscribe(TopicArn, 'batch', { RawMessageDelivery: 'true' })
  const batch = (...entries: { Id: string, Message: string, Subject?: string }[]) => sns.publishBatch({ TopicArn, PublishBatchRequestEntries: entries })
  const { Successful, Failed } = await batch({ Id: 'a', Message: 'one' }, { Id: 'b', Message: 'two', Subject: '\n' }, { Id: 'c', Message: 'three' })
  assert.deepEqual(
    [Successful!.map(({ Id }) => Id), Failed!.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault])], [['a', 'c'], [['b', 'InvalidParameter', true]]]
  )
  assert.deepEqual((await received(url)).map(({ Body }) => Body).toSorted(), ['one', 'three'])
  await assert.rejects(batch(), { name: 'EmptyBatchRequestException' })
  await assert.rejects(batch({ Id: 'a', Message: 'x' }, { Id: 'a', Message: 'y' }), { name: 'BatchEntryIdsNotDistinctException' })
  await assert.rejects(batch(...Array.from({ length: 11 }, (_, at) => ({ Id: `${at}`, Message: 'x' }))), { name: 'TooManyEntriesInBatchRequestException' })
  await assert.rejects(batch({ Id: 'a', Message: 'x'.repeat(200_000) }, { Id: 'b', Message: 'x'.repeat(100_000) }), { name: 'BatchRequestTooLongException' })
})

test('a FIFO topic keeps the order of a group, numbers its messages and drops what was published within five minutes', async () => {
  const { sns, topic, queue, subscribe, received, cloud } = things
  const TopicArn = await topic('order.fifo')
  const url = await queue('order.fifo', TopicArn)
  await subscribe(TopicArn, 'order.fifo')
  const publish = (Message: string, MessageDeduplicationId: string | undefined = Message) =>
    sns.publish({ TopicArn, Message, MessageGroupId: 'g', ...MessageDeduplicationId && { MessageDeduplicationId } })
  const first = await publish('1')
  for (const Message of ['2', '3', '4', '5']) await publish(Message)
  const again = await publish('again', '1')
  assert.deepEqual([again.MessageId, again.SequenceNumber], [first.MessageId, first.SequenceNumber])
  const envelopes = (await received(url)).map(({ Body }) => JSON.parse(Body!))
  assert.deepEqual(envelopes.map(({ Message }) => Message), ['1', '2', '3', '4', '5'])
  assert.match(first.SequenceNumber!, /^\d{20}$/)
  const numbers = envelopes.map(({ SequenceNumber }) => SequenceNumber)
  assert.deepEqual(numbers, numbers.toSorted())
  assert.equal(numbers[0], first.SequenceNumber)
  await cloud.clock.advance(300_001)
  assert.notEqual((await publish('anew', '1')).MessageId, first.MessageId)
  await assert.rejects(sns.publish({ TopicArn, Message: 'x' }), { message: 'Invalid parameter: The MessageGroupId parameter is required for FIFO topics' })
  await assert.rejects(
    sns.publish({ TopicArn, Message: 'x', MessageGroupId: 'g' }),
    { message: 'Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly' },
  )
  await sns.setTopicAttributes({ TopicArn, AttributeName: 'ContentBasedDeduplication', AttributeValue: 'true' })
  const [one, two] = [await publish('same', ''), await publish('same', '')]
  assert.equal(one.MessageId, two.MessageId)
})
