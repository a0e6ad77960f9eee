import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startThings, type Things } from '../testing/things.ts'

let things: Things
before(async () => {
  things = await startThings()
})
after(() => things.stop())

const root = '000000000000'

test('CreateQueue: a queue has AWS\'s defaults', async () => {
  const QueueUrl = await things.queue('defaults')
  assert.equal(QueueUrl, `${things.cloud.endpoint}/${root}/defaults`)
  const { Attributes } = await things.sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] })
  const created = String(Math.floor(things.cloud.clock.now() / 1000))
  assert.deepEqual(Attributes, {
    QueueArn: `arn:aws:sqs:us-east-1:${root}:defaults`, ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0',
    ApproximateNumberOfMessagesDelayed: '0',
    CreatedTimestamp: created, LastModifiedTimestamp: created, VisibilityTimeout: '30', MaximumMessageSize: '1048576', MessageRetentionPeriod: '345600',
    DelaySeconds: '0',
    ReceiveMessageWaitTimeSeconds: '0', SqsManagedSseEnabled: 'true',
  })
  const fifo = await things.sqs.getQueueAttributes({ QueueUrl: await things.queue('defaults.fifo'), AttributeNames: ['All'] })
  const { FifoQueue, ContentBasedDeduplication, DeduplicationScope, FifoThroughputLimit } = fifo.Attributes!
  assert.deepEqual([FifoQueue, ContentBasedDeduplication, DeduplicationScope, FifoThroughputLimit], ['true', 'false', 'queue', 'perQueue'])
})

test('CreateQueue: again with what the queue has answers its URL, with another value QueueNameExists', async () => {
  const first = await things.queue('twice', { DelaySeconds: '5' })
  assert.equal(await things.queue('twice', { DelaySeconds: '5', VisibilityTimeout: '30' }), first)
  assert.equal(await things.queue('twice'), first)
  await assert.rejects(things.queue('twice', { DelaySeconds: '6' }), {
    name: 'QueueNameExists', message: 'A queue already exists with the same name and a different value for attribute DelaySeconds',
  })
})

test('CreateQueue: names and attributes are checked', async () => {
  const refused = (name: string, attributes: Record<string, string>, error: { name: string, message?: string | RegExp }) =>
    assert.rejects(things.sqs.createQueue({ QueueName: name, Attributes: attributes }), error)
  await refused('no spaces', {}, {
    name: 'InvalidParameterValue', message: 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  })
  await refused('x'.repeat(81), {}, { name: 'InvalidParameterValue' })
  await refused('plain', { FifoQueue: 'true' }, { name: 'InvalidParameterValue', message: /must end with \.fifo suffix/ })
  await refused('suffix.fifo', {}, { name: 'InvalidParameterValue' })
  await refused('a', { FifoQueue: 'false' }, { name: 'InvalidAttributeName', message: 'Unknown Attribute FifoQueue.' })
  await refused('a', { ContentBasedDeduplication: 'true' }, { name: 'InvalidAttributeName', message: 'Unknown Attribute ContentBasedDeduplication.' })
  await refused('a', { Nonsense: '1' }, { name: 'InvalidAttributeName', message: 'Unknown Attribute Nonsense.' })
  for (const [name, value] of [['VisibilityTimeout', '43201'], ['DelaySeconds', '901'], ['DelaySeconds', '-1'], ['MaximumMessageSize', '1023'],
    ['MaximumMessageSize', '1048577'],
    ['MessageRetentionPeriod', '59'], [
      'ReceiveMessageWaitTimeSeconds', '21',
    ], ['VisibilityTimeout', 'x'], ['SqsManagedSseEnabled', 'maybe'], ['Policy', 'no json']] as const) {
    await refused('a', { [name]: value }, { name: 'InvalidAttributeValue', message: `Invalid value for the parameter ${name}.` })
  }
  await refused('a.fifo', { FifoQueue: 'true', FifoThroughputLimit: 'perMessageGroupId' }, { name: 'InvalidAttributeValue' })
})

test('CreateQueue: a redrive policy names a queue that exists, of the same type, and allows the source', async () => {
  const dead = await things.arn(await things.queue('checks-dead'))
  const policy = (deadLetterTargetArn: string, maxReceiveCount: unknown = 3) => ({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) })
  const refused = (name: string, attributes: Record<string, string>, reason: string) => assert.rejects(things.queue(name, attributes), {
    name: 'InvalidParameterValue', message: `Value ${attributes.RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
  })
  await refused('checks', policy('dummy'), 'Invalid value for deadLetterTargetArn.')
  await refused('checks', policy(`${dead}x`), 'Dead letter target does not exist.')
  await refused('checks', policy(dead, 1001), 'Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive.')
  await refused(
    'checks', { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead }) },
    'Redrive policy does not contain mandatory attribute: maxReceiveCount.',
  )
  await refused('checks.fifo', policy(dead), 'Dead-letter queue must be same type of queue as the source.')
  const closed = await things.arn(await things.queue('checks-closed', { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' }))
  await assert.rejects(things.queue('checks', policy(closed)), { name: 'InvalidParameterValue' })
  await things.queue('checks', policy(dead, '3'))
  const { queueUrls } = await things.sqs.listDeadLetterSourceQueues({ QueueUrl: `${things.cloud.endpoint}/${root}/checks-dead` })
  assert.deepEqual(queueUrls, [`${things.cloud.endpoint}/${root}/checks`])
})

test('SetQueueAttributes: changes hold at once, and an empty document removes one', async () => {
  const QueueUrl = await things.queue('changing')
  const dead = await things.arn(await things.queue('changing-dead'))
  await things.cloud.clock.advance(5000)
  await things.sqs.setQueueAttributes({
    QueueUrl, Attributes: { VisibilityTimeout: '7', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead, maxReceiveCount: 2 }) },
  })
  const read = async () => (await things.sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] })).Attributes!
  const changed = await read()
  assert.equal(changed.VisibilityTimeout, '7')
  assert.equal(Number(changed.LastModifiedTimestamp) - Number(changed.CreatedTimestamp), 5)
  assert.ok(changed.RedrivePolicy)
  await assert.rejects(things.sqs.setQueueAttributes({ QueueUrl, Attributes: { FifoQueue: 'true' } }), { name: 'InvalidAttributeName',
    message: 'Unknown Attribute FifoQueue.' })
  await assert.rejects(things.sqs.setQueueAttributes({ QueueUrl: await things.queue('changing.fifo'), Attributes: { FifoQueue: 'false' } }), {
    name: 'InvalidAttributeValue', message: 'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
  })
  await things.sqs.setQueueAttributes({ QueueUrl, Attributes: { RedrivePolicy: '' } })
  assert.equal((await read()).RedrivePolicy, undefined)
})

test('SetQueueAttributes: one kind of encryption at a time', async () => {
  const QueueUrl = await things.queue('sealed', { KmsMasterKeyId: 'alias/aws/sqs' })
  const { Attributes } = await things.sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['KmsMasterKeyId', 'SqsManagedSseEnabled'] })
  assert.deepEqual(Attributes, { KmsMasterKeyId: 'alias/aws/sqs', SqsManagedSseEnabled: 'false' })
  await assert.rejects(things.sqs.setQueueAttributes({ QueueUrl, Attributes: { KmsMasterKeyId: 'k', SqsManagedSseEnabled: 'true' } }), {
    name: 'InvalidAttributeName', message: 'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
  })
})

test('GetQueueUrl, and every form of a URL that clients send', async () => {
  const url = await things.queue('forms')
  assert.equal((await things.sqs.getQueueUrl({ QueueName: 'forms' })).QueueUrl, url)
  await assert.rejects(things.sqs.getQueueUrl({ QueueName: 'none' }), { name: 'QueueDoesNotExist', message: 'The specified queue does not exist.' })
  const raw = (QueueUrl: string) => things.cloud.aws().sqs.GetQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] })
  for (const form of [url, `https://sqs.us-east-1.amazonaws.com/${root}/forms`, `http://localhost:1/${root}/forms/`, `/${root}/forms`, 'forms',
    `https://queue.amazonaws.com/${root}/forms`]) {
    assert.equal((await raw(form)).Attributes!.QueueArn, `arn:aws:sqs:us-east-1:${root}:forms`, form)
  }
})

test('ListQueues: by prefix and in pages', async () => {
  for (const name of ['page-a', 'page-b', 'page-c', 'pag']) await things.queue(name)
  const names = (urls: string[] | undefined) => urls?.map(url => url.split('/').at(-1))
  assert.deepEqual(names((await things.sqs.listQueues({ QueueNamePrefix: 'page-' })).QueueUrls), ['page-a', 'page-b', 'page-c'])
  const first = await things.sqs.listQueues({ QueueNamePrefix: 'page-', MaxResults: 2 })
  assert.deepEqual(names(first.QueueUrls), ['page-a', 'page-b'])
  const second = await things.sqs.listQueues({ QueueNamePrefix: 'page-', MaxResults: 2, NextToken: first.NextToken })
  assert.deepEqual([names(second.QueueUrls), second.NextToken], [['page-c'], undefined])
  await assert.rejects(things.sqs.listQueues({ NextToken: first.NextToken }), { name: 'MissingParameter' })
  assert.deepEqual(await things.sqs.listQueues({ QueueNamePrefix: 'nothing' }).then(({ QueueUrls }) => QueueUrls), undefined)
})

test('DeleteQueue: the queue and its messages are gone, and its name is taken for 60 seconds', async () => {
  const QueueUrl = await things.queue('gone')
  await things.send(QueueUrl, 'a')
  const poll = assert.rejects(things.receive(await things.queue('gone-too'), { WaitTimeSeconds: 20 }), { name: 'QueueDoesNotExist' })
  await things.sqs.getQueueUrl({ QueueName: 'gone-too' })
  await things.sqs.deleteQueue({ QueueUrl: `${things.cloud.endpoint}/${root}/gone-too` })
  await poll
  await things.sqs.deleteQueue({ QueueUrl })
  await assert.rejects(things.send(QueueUrl, 'b'), { name: 'QueueDoesNotExist' })
  await things.cloud.clock.advance(59_000)
  await assert.rejects(things.queue('gone'), {
    name: 'QueueDeletedRecently', message: 'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
  })
  await things.cloud.clock.advance(1000)
  assert.deepEqual(await things.counts(await things.queue('gone')), [0, 0, 0])
  assert.deepEqual(await things.receive(QueueUrl), [])
})

test('PurgeQueue: nothing is left, visible, in flight or delayed; a second one within 60 seconds is refused', async () => {
  const QueueUrl = await things.queue('purged')
  await things.send(QueueUrl, 'a', 'b')
  await things.sqs.sendMessage({ QueueUrl, MessageBody: 'c', DelaySeconds: 60 })
  const [message] = await things.receive(QueueUrl, { MaxNumberOfMessages: 1 })
  await things.sqs.purgeQueue({ QueueUrl })
  assert.deepEqual(await things.counts(QueueUrl), [0, 0, 0])
  await assert.rejects(things.sqs.purgeQueue({ QueueUrl }), {
    name: 'PurgeQueueInProgress', message: 'Only one PurgeQueue operation on purged is allowed every 60 seconds.',
  })
  await things.sqs.deleteMessage({ QueueUrl, ReceiptHandle: message.ReceiptHandle })
  await things.cloud.clock.advance(60_000)
  assert.deepEqual(await things.receive(QueueUrl), [])
  assert.deepEqual(await things.counts(QueueUrl), [0, 0, 0])
  await things.sqs.purgeQueue({ QueueUrl })
  await things.cloud.settle()
  const { tables } = things.cloud.cloud.platform.scope('sqs', { account: root, region: 'us-east-1' })
  assert.deepEqual([await tables.taken!.list(), await tables.returns!.list()], [[], []])
})

test('TagQueue, UntagQueue, ListQueueTags', async () => {
  const QueueUrl = await things.queue('tagged')
  assert.deepEqual((await things.sqs.listQueueTags({ QueueUrl })).Tags, {})
  await things.sqs.tagQueue({ QueueUrl, Tags: { team: 'fog', cost: '1' } })
  await things.sqs.untagQueue({ QueueUrl, TagKeys: ['cost', 'none'] })
  assert.deepEqual((await things.sqs.listQueueTags({ QueueUrl })).Tags, { team: 'fog' })
})

test('AddPermission and RemovePermission: a statement by its label', async () => {
  const QueueUrl = await things.queue('shared')
  const policy = async () => (await things.sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['Policy'] })).Attributes?.Policy
  await things.sqs.addPermission({ QueueUrl, Label: 'one', AWSAccountIds: ['111111111111', '222222222222'], Actions: ['ReceiveMessage'] })
  const arn = await things.arn(QueueUrl)
  assert.deepEqual(JSON.parse((await policy())!), {
    Version: '2008-10-17', Id: `${arn}/SQSDefaultPolicy`, Statement: [{
      Sid: 'one', Effect: 'Allow', Principal: { AWS: ['arn:aws:iam::111111111111:root', 'arn:aws:iam::222222222222:root'] }, Action: 'SQS:ReceiveMessage',
      Resource: arn,
    }],
  })
  await assert.rejects(things.sqs.addPermission({ QueueUrl, Label: 'one', AWSAccountIds: ['111111111111'], Actions: ['*'] }), {
    name: 'InvalidParameterValue', message: 'Value one for parameter Label is invalid. Reason: Already exists.',
  })
  await assert.rejects(things.sqs.addPermission({ QueueUrl, Label: 'two', AWSAccountIds: ['111111111111'], Actions: ['DeleteQueue'] }), {
    message: 'Value SQS:DeleteQueue for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action.',
  })
  await things.sqs.removePermission({ QueueUrl, Label: 'one' })
  assert.equal(await policy(), undefined)
  await assert.rejects(
    things.sqs.removePermission({ QueueUrl, Label: 'one' }), { message: "Value one for parameter Label is invalid. Reason: can't find label." },
  )
})

test('a queue\'s policy opens it to another account, and nothing more', async () => {
  const QueueUrl = await things.queue('open')
  const other = things.cloud.aws('111111111111').sqs
  await assert.rejects(other.SendMessage({ QueueUrl, MessageBody: 'x' }), { name: 'AccessDenied' })
  await things.sqs.addPermission({ QueueUrl, Label: 'send', AWSAccountIds: ['111111111111'], Actions: ['SendMessage', 'GetQueueUrl'] })
  await other.SendMessage({ QueueUrl, MessageBody: 'from afar' })
  await other.SendMessageBatch({ QueueUrl, Entries: [{ Id: 'a', MessageBody: 'and more' }] })
  assert.equal((await other.GetQueueUrl({ QueueName: 'open', QueueOwnerAWSAccountId: root })).QueueUrl, QueueUrl)
  await assert.rejects(other.ReceiveMessage({ QueueUrl }), { name: 'AccessDenied' })
  const messages = await things.receive(QueueUrl)
  assert.deepEqual(messages.map(({ Body, Attributes }) => [Body, Attributes.SenderId]), [['from afar', '111111111111'], ['and more', '111111111111']])
  await things.sqs.addPermission({ QueueUrl, Label: 'all', AWSAccountIds: ['111111111111'], Actions: ['*'] })
  await assert.rejects(other.DeleteQueue({ QueueUrl }), { name: 'AccessDenied' })
})
