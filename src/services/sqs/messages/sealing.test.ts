import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { KMS } from '@aws-sdk/client-kms'
import { SQS } from '@aws-sdk/client-sqs'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import type { Sqs } from '../state.ts'

let cloud: TestCloud
let sqs: SQS
let kms: KMS
before(async () => {
  cloud = await startCloud()
  sqs = new SQS(cloud.client)
  kms = new KMS(cloud.client)
})
after(async () => {
  sqs.destroy()
  kms.destroy()
  await cloud.stop()
})

const key = async () => (await kms.createKey({})).KeyMetadata!
const queue = async (QueueName: string, Attributes: Record<string, string>) => (await sqs.createQueue({ QueueName, Attributes })).QueueUrl!
const receive = async (QueueUrl: string, client = sqs) =>
  (await client.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], VisibilityTimeout: 0 })).Messages ?? []
const MessageAttributes = { text: { DataType: 'String', StringValue: 'in the open' }, bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) } }

test('a message under a key lies sealed, and comes back as it was sent', async () => {
  const { KeyId } = await key()
  const QueueUrl = await queue('sealed', { KmsMasterKeyId: KeyId! })
  for (const MessageBody of ['sesame', 'x'.repeat(100_000)]) {
    await sqs.sendMessage({ QueueUrl, MessageBody, MessageAttributes })
    const { tables } = cloud.cloud.platform.scope('sqs', { account: '000000000000', region: 'us-east-1' }) as Sqs
    const stored = JSON.stringify([await tables.ready.list(), await tables.bodies.list()])
    assert.ok(!/sesame|xxxx|in the open/.test(stored))
    const [message] = await receive(QueueUrl)
    assert.deepEqual([message!.Body, message!.MessageAttributes], [MessageBody, MessageAttributes])
    await sqs.deleteMessage({ QueueUrl, ReceiptHandle: message!.ReceiptHandle })
  }
})

test('FIFO: what is the same in the open is a duplicate, however it is sealed', async () => {
  const { KeyId } = await key()
  const QueueUrl = await queue('sealed.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true', KmsMasterKeyId: KeyId! })
  const send = () => sqs.sendMessage({ QueueUrl, MessageBody: 'once', MessageGroupId: 'g' })
  assert.equal((await send()).MessageId, (await send()).MessageId)
  assert.deepEqual((await receive(QueueUrl)).map(message => message.Body), ['once'])
})

test('senders need kms:GenerateDataKey and kms:Decrypt, receivers kms:Decrypt; the alias of AWS needs neither', async () => {
  const { Arn } = await key()
  const QueueUrl = await queue('guarded', { KmsMasterKeyId: Arn! })
  const iam = new IAM(cloud.client)
  await iam.createUser({ UserName: 'worker' })
  const { AccessKey } = await iam.createAccessKey({ UserName: 'worker' })
  const worker = new SQS({ ...cloud.client, credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! } })
  const may = (...Action: string[]) => iam.putUserPolicy({
    UserName: 'worker', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } }),
  })
  await may('sqs:*')
  await assert.rejects(worker.sendMessage({ QueueUrl, MessageBody: 'x' }), {
    name: /KmsAccessDenied|KMS.AccessDeniedException/, message: /kms:GenerateDataKey on resource/,
  })
  await may('sqs:*', 'kms:GenerateDataKey')
  await assert.rejects(worker.sendMessage({ QueueUrl, MessageBody: 'x' }), { message: /kms:Decrypt on resource/ })
  await sqs.sendMessage({ QueueUrl, MessageBody: 'from the root' })
  await assert.rejects(receive(QueueUrl, worker), { message: /kms:Decrypt on resource/ })
  assert.equal((await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] })).Attributes!.ApproximateNumberOfMessages, '1')
  await may('sqs:*', 'kms:GenerateDataKey', 'kms:Decrypt')
  await worker.sendMessage({ QueueUrl, MessageBody: 'x' })
  assert.equal((await receive(QueueUrl, worker)).length, 2)
  await may('sqs:*')
  const managed = await queue('managed', { KmsMasterKeyId: 'alias/aws/sqs' })
  await worker.sendMessage({ QueueUrl: managed, MessageBody: 'y' })
  assert.deepEqual((await receive(managed, worker)).map(message => message.Body), ['y'])
  worker.destroy()
  iam.destroy()
})

test('a data key is used again for its period; then a disabled key is noticed', async () => {
  const { KeyId } = await key()
  const QueueUrl = await queue('reusing', { KmsMasterKeyId: KeyId!, KmsDataKeyReusePeriodSeconds: '60' })
  await sqs.sendMessage({ QueueUrl, MessageBody: '1' })
  await kms.disableKey({ KeyId })
  await sqs.sendMessage({ QueueUrl, MessageBody: '2' })
  await cloud.clock.advance(60_000)
  await assert.rejects(sqs.sendMessage({ QueueUrl, MessageBody: '3' }), { name: /KmsDisabled|KMS.DisabledException/ })
  await assert.rejects(receive(QueueUrl), { name: /KmsDisabled|KMS.DisabledException/ })
  await kms.enableKey({ KeyId })
  assert.equal((await receive(QueueUrl)).length, 2)
})
