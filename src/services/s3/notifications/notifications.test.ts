import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { EventBridge } from '@aws-sdk/client-eventbridge'
import { S3 } from '@aws-sdk/client-s3'
import { SQS } from '@aws-sdk/client-sqs'
import { startCloud, type TestCloud } from '../../../testing/index.ts'

let cloud: TestCloud
let s3: S3
let sqs: SQS
let events: EventBridge
before(async () => {
  cloud = await startCloud()
  s3 = new S3(cloud.client)
  sqs = new SQS(cloud.client)
  events = new EventBridge(cloud.client)
})
after(async () => {
  for (const client of [s3, sqs, events]) client.destroy()
  await cloud.stop()
})

/** A queue that a service may send to. */
async function queue(QueueName: string, Service = 's3.amazonaws.com') {
  const arn = `arn:aws:sqs:us-east-1:000000000000:${QueueName}`
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sqs:SendMessage', Resource: arn }] })
  const { QueueUrl } = await sqs.createQueue({ QueueName, Attributes: { Policy } })
  const bodies = async () => {
    await cloud.settle()
    const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 })
    for (const { ReceiptHandle } of Messages) await sqs.deleteMessage({ QueueUrl, ReceiptHandle })
    return Messages.map(message => JSON.parse(message.Body!))
  }
  return { arn, bodies }
}

test('PutBucketNotificationConfiguration: the destination hears that it is one, then of the objects that it asked for', async () => {
  await s3.createBucket({ Bucket: 'photos' })
  const q = await queue('photos')
  await s3.putBucketNotificationConfiguration({ Bucket: 'photos', NotificationConfiguration: { QueueConfigurations: [{
    Id: 'jpgs', QueueArn: q.arn, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:Delete'],
    Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'in/' }, { Name: 'suffix', Value: '.jpg' }] } },
  }] } })
  const [trial] = await q.bodies()
  assert.deepEqual([trial.Service, trial.Event, trial.Bucket], ['Amazon S3', 's3:TestEvent', 'photos'])
  await s3.putObject({ Bucket: 'photos', Key: 'in/a b.jpg', Body: 'x' })
  await s3.putObject({ Bucket: 'photos', Key: 'in/a.png', Body: 'x' })
  await s3.putObject({ Bucket: 'photos', Key: 'out/a.jpg', Body: 'x' })
  await s3.copyObject({ Bucket: 'photos', Key: 'in/c.jpg', CopySource: 'photos/in/a.png' })
  await s3.deleteObject({ Bucket: 'photos', Key: 'in/c.jpg' })
  const records = (await q.bodies()).flatMap(body => body.Records)
  assert.deepEqual(records.map(record => [record.eventName, record.s3.object.key]).toSorted(), [
    ['ObjectCreated:Copy', 'in/c.jpg'], ['ObjectCreated:Put', 'in/a+b.jpg'], ['ObjectRemoved:Delete', 'in/c.jpg'],
  ])
  const put = records.find(record => record.eventName === 'ObjectCreated:Put')
  assert.deepEqual(
    [put.eventVersion, put.eventSource, put.s3.configurationId, put.s3.bucket.arn, put.s3.object.size], ['2.1', 'aws:s3', 'jpgs', 'arn:aws:s3:::photos', 1]
  )
  const { QueueConfigurations } = await s3.getBucketNotificationConfiguration({ Bucket: 'photos' })
  assert.deepEqual(QueueConfigurations![0]!.Filter!.Key!.FilterRules!.map(rule => rule.Value), ['in/', '.jpg'])
  await s3.putBucketNotificationConfiguration({ Bucket: 'photos', NotificationConfiguration: {} })
  await s3.putObject({ Bucket: 'photos', Key: 'in/d.jpg', Body: 'x' })
  assert.deepEqual(await q.bodies(), [])
})

test('a destination that does not let S3 in, events that overlap and names that are none are InvalidArgument', async () => {
  await s3.createBucket({ Bucket: 'refused' })
  const closed = await queue('closed', 'sns.amazonaws.com')
  const open = await queue('open')
  const put = (...QueueConfigurations: any[]) => s3.putBucketNotificationConfiguration({
    Bucket: 'refused', NotificationConfiguration: { QueueConfigurations },
  })
  const of = (QueueArn: string, ...Events: string[]) => ({ QueueArn, Events })
  await assert.rejects(
    put(of(closed.arn, 's3:ObjectCreated:*')), { name: 'InvalidArgument', message: 'Unable to validate the following destination configurations' }
  )
  await assert.rejects(
    put(of(open.arn, 's3:ObjectCreated:*'), of(open.arn, 's3:ObjectCreated:Put')), { name: 'InvalidArgument', message: /Configurations overlap/ }
  )
  await assert.rejects(put(of(open.arn, 's3:ObjectEaten')), { name: 'InvalidArgument' })
  await assert.rejects(put(of(`${open.arn}.fifo`, 's3:ObjectCreated:*')), { name: 'InvalidArgument' })
  await put(
    { ...of(open.arn, 's3:ObjectCreated:*'), Filter: { Key: { FilterRules: [{ Name: 'Prefix', Value: 'a' }] } } },
    { ...of(open.arn, 's3:ObjectCreated:Put'), Filter: { Key: { FilterRules: [{ Name: 'Prefix', Value: 'b' }] } } }
  )
})

test('EventBridge hears of the objects of a bucket that is set up so, and of no other', async () => {
  const q = await queue('bus', 'events.amazonaws.com')
  await events.putRule({ Name: 'objects', EventPattern: '{"source":["aws.s3"]}' })
  await events.putTargets({ Rule: 'objects', Targets: [{ Id: '1', Arn: q.arn }] })
  for (const Bucket of ['told', 'silent']) await s3.createBucket({ Bucket })
  await s3.putBucketNotificationConfiguration({ Bucket: 'told', NotificationConfiguration: { EventBridgeConfiguration: {} } })
  for (const Bucket of ['told', 'silent']) await s3.putObject({ Bucket, Key: 'k', Body: 'xy' })
  await s3.deleteObject({ Bucket: 'told', Key: 'k' })
  const bodies = await q.bodies()
  assert.deepEqual(bodies.map(event => [event['detail-type'], event.detail.bucket.name, event.detail.object.key, event.detail.reason]).toSorted(), [
    ['Object Created', 'told', 'k', 'PutObject'], ['Object Deleted', 'told', 'k', 'DeleteObject'],
  ])
})
