import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DynamoDB } from '@aws-sdk/client-dynamodb'
import { S3 } from '@aws-sdk/client-s3'
import { startCloud, type TestCloud } from '../../testing/index.ts'

const dayMs = 86_400_000

/** The sums of a service, by usage type and resource, over all operations. */
function used(cloud: TestCloud, service: string): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { service: of, usageType, resource, quantity } of cloud.usage()) {
    if (of !== service || usageType === 'API-Request') continue
    const key = `${usageType} ${resource?.split(/[:/]/).at(-1)}`
    sums[key] = (sums[key] ?? 0) + quantity
  }
  return sums
}

test('storage of S3: what a bucket holds at midnight is billed for the day, old versions and parts of uploads with it', async context => {
  const cloud = await startCloud({ startMs: Date.UTC(2026, 0, 10, 12) })
  context.after(() => cloud.stop())
  const s3 = new S3({ ...cloud.client, forcePathStyle: true })
  await s3.createBucket({ Bucket: 'held' })
  await s3.putBucketVersioning({ Bucket: 'held', VersioningConfiguration: { Status: 'Enabled' } })
  await s3.putObject({ Bucket: 'held', Key: 'a', Body: 'x'.repeat(1000) })
  await s3.putObject({ Bucket: 'held', Key: 'a', Body: 'x'.repeat(300) })
  const { UploadId } = await s3.createMultipartUpload({ Bucket: 'held', Key: 'b' })
  await s3.uploadPart({ Bucket: 'held', Key: 'b', UploadId, PartNumber: 1, Body: 'x'.repeat(50) })
  await cloud.clock.advance(dayMs)
  await cloud.settle()
  assert.deepEqual(used(cloud, 'AmazonS3'), { 'TimedStorage-ByteHrs held': 1350 * 24 })
  await cloud.clock.advance(dayMs)
  await cloud.settle()
  assert.deepEqual(used(cloud, 'AmazonS3'), { 'TimedStorage-ByteHrs held': 1350 * 48 })
})

test('DynamoDB: tables on demand are billed by what requests read and write, others by the hour; both for what they hold', async context => {
  const cloud = await startCloud()
  context.after(() => cloud.stop())
  const dynamodb = new DynamoDB(cloud.client)
  const keys = {
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  }
  await dynamodb.createTable({ TableName: 'demand', BillingMode: 'PAY_PER_REQUEST', ...keys })
  await dynamodb.createTable({ TableName: 'fixed', ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 5 }, ...keys })
  const Item = { id: { S: 'a' }, text: { S: 'x'.repeat(1500) } }
  await dynamodb.putItem({ TableName: 'demand', Item })
  await dynamodb.transactWriteItems({ TransactItems: [{ Put: { TableName: 'demand', Item } }] })
  await dynamodb.getItem({ TableName: 'demand', Key: { id: { S: 'a' } } })
  await dynamodb.scan({ TableName: 'demand', ConsistentRead: true })
  await dynamodb.putItem({ TableName: 'fixed', Item })
  await cloud.clock.advance(6 * 3_600_000)
  await cloud.settle()
  const itemBytes = 'id'.length + 'a'.length + 'text'.length + 1500 + 100
  assert.deepEqual(used(cloud, 'AmazonDynamoDB'), {
    'WriteRequestUnits demand': 2 + 4, 'ReadRequestUnits demand': 0.5 + 1, 'TimedStorage-ByteHrs demand': itemBytes * 6,
    'TimedStorage-ByteHrs fixed': itemBytes * 6, 'ReadCapacityUnit-Hrs fixed': 60, 'WriteCapacityUnit-Hrs fixed': 30,
  })
})
