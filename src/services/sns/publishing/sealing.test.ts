import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { KMS } from '@aws-sdk/client-kms'
import { SNS } from '@aws-sdk/client-sns'
import { startThings } from '../testing/things.ts'

let things: Awaited<ReturnType<typeof startThings>>
let kms: KMS
before(async () => {
  things = await startThings()
  kms = new KMS(things.cloud.client)
})
after(async () => {
  kms.destroy()
  await things.stop()
})

const bodies = async (QueueUrl: string) => (await things.received(QueueUrl)).map(message => JSON.parse(message.Body!).Message)

test('a message of a topic with a key is delivered as it was published, by its filter too', async () => {
  const { KeyId } = (await kms.createKey({})).KeyMetadata!
  const TopicArn = await things.topic('sealed', { KmsMasterKeyId: KeyId! })
  const queue = await things.queue('sealed', TopicArn)
  const { SubscriptionArn } = await things.sns.subscribe({ TopicArn, Protocol: 'sqs', Endpoint: things.arnOf('sqs', 'sealed'), ReturnSubscriptionArn: true })
  await things.sns.setSubscriptionAttributes({ SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue: JSON.stringify({ kind: ['good'] }) })
  const kind = (StringValue: string) => ({ kind: { DataType: 'String', StringValue } })
  await things.sns.publish({ TopicArn, Message: 'sesame', MessageAttributes: kind('good') })
  await things.sns.publish({ TopicArn, Message: 'chaff', MessageAttributes: kind('bad') })
  await things.cloud.settle()
  assert.deepEqual(await bodies(queue), ['sesame'])
})

test('publishers need kms:GenerateDataKey and kms:Decrypt', async () => {
  const { KeyId } = (await kms.createKey({})).KeyMetadata!
  const TopicArn = await things.topic('guarded', { KmsMasterKeyId: KeyId! })
  await things.iam.createUser({ UserName: 'publisher' })
  const { AccessKey } = await things.iam.createAccessKey({ UserName: 'publisher' })
  const publisher = new SNS({ ...things.cloud.client, credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! } })
  const may = (...Action: string[]) => things.iam.putUserPolicy({
    UserName: 'publisher', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } }),
  })
  await may('sns:*')
  await assert.rejects(publisher.publish({ TopicArn, Message: 'x' }), { name: 'KMSAccessDeniedException', message: /kms:GenerateDataKey on resource/ })
  await may('sns:*', 'kms:GenerateDataKey', 'kms:Decrypt')
  await publisher.publish({ TopicArn, Message: 'x' })
  publisher.destroy()
})

test('a topic writes to a queue whose key lets it, and not to one under the key of AWS, which lets no service', async () => {
  const TopicArn = await things.topic('writer')
  const { KeyId } = (await kms.createKey({})).KeyMetadata!
  const own = { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'kms:*', Resource: '*' }
  const service = { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: ['kms:GenerateDataKey*', 'kms:Decrypt'], Resource: '*' }
  await kms.putKeyPolicy({ KeyId, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [own, service] }) })
  const [letting, managed] = [await things.queue('letting', TopicArn), await things.queue('managed', TopicArn)]
  await things.sqs.setQueueAttributes({ QueueUrl: letting, Attributes: { KmsMasterKeyId: KeyId! } })
  await things.sqs.setQueueAttributes({ QueueUrl: managed, Attributes: { KmsMasterKeyId: 'alias/aws/sqs' } })
  for (const name of ['letting', 'managed']) await things.subscribe(TopicArn, name)
  await things.sns.publish({ TopicArn, Message: 'x' })
  await things.cloud.settle()
  assert.deepEqual([await bodies(letting), await bodies(managed)], [['x'], []])
})

test('a delivery that is tried again waits for its key while that is disabled', async () => {
  const { KeyId } = (await kms.createKey({})).KeyMetadata!
  const posts: any[] = []
  let isDown = true
  const server = createServer(async (request, response) => {
    posts.push(JSON.parse(Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString()))
    response.writeHead(isDown && posts.at(-1).Type === 'Notification' ? 500 : 200).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const TopicArn = await things.topic('patient', { KmsMasterKeyId: KeyId! })
  const retry = { minDelayTarget: 600, maxDelayTarget: 600, numRetries: 5 }
  await things.sns.subscribe({
    TopicArn, Protocol: 'http', Endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    Attributes: { DeliveryPolicy: JSON.stringify({ healthyRetryPolicy: retry }) },
  })
  await things.cloud.settle()
  await things.sns.confirmSubscription({ TopicArn, Token: posts[0].Token })
  await things.sns.publish({ TopicArn, Message: 'patient' })
  await things.cloud.settle()
  assert.equal(posts.length, 2)
  isDown = false
  await kms.disableKey({ KeyId })
  await things.cloud.clock.advance(700_000)
  assert.equal(posts.length, 2)
  await kms.enableKey({ KeyId })
  await things.cloud.clock.advance(700_000)
  assert.deepEqual(posts.slice(2).map(post => post.Message), ['patient'])
  await new Promise(resolve => server.close(resolve))
})
