import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DynamoDB, type StreamViewType } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreams } from '@aws-sdk/client-dynamodb-streams'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { dynamodb } from '../service.ts'
import { dynamodbstreams } from './service.ts'

let cloud: TestCloud
let db: DynamoDB
let streams: DynamoDBStreams
before(async () => {
  cloud = await startCloud({ services: [dynamodb, dynamodbstreams] })
  db = new DynamoDB(cloud.client)
  streams = new DynamoDBStreams(cloud.client)
})
after(async () => {
  db.destroy()
  streams.destroy()
  await cloud.stop()
})

async function tableWithStream(TableName: string, StreamViewType: StreamViewType = 'NEW_AND_OLD_IMAGES'): Promise<string> {
  const { TableDescription } = await db.createTable({
    TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType },
  })
  return TableDescription!.LatestStreamArn!
}

async function read(StreamArn: string, from: object = { ShardIteratorType: 'TRIM_HORIZON' }) {
  const { StreamDescription } = await streams.describeStream({ StreamArn })
  const { ShardIterator } = await streams.getShardIterator({ StreamArn, ShardId: StreamDescription!.Shards![0]!.ShardId, ...from } as any)
  return streams.getRecords({ ShardIterator })
}

test('a stream holds every change of its table, in order, with both images', async () => {
  const arn = await tableWithStream('changes')
  await db.putItem({ TableName: 'changes', Item: { id: { S: 'a' }, n: { N: '1' } } })
  await db.updateItem({ TableName: 'changes', Key: { id: { S: 'a' } }, UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': { N: '2' } } })
  await db.deleteItem({ TableName: 'changes', Key: { id: { S: 'a' } } })
  const { Records, NextShardIterator } = await read(arn)
  assert.deepEqual(Records!.map(record => record.eventName), ['INSERT', 'MODIFY', 'REMOVE'])
  const { Keys, OldImage, NewImage, StreamViewType } = Records![1]!.dynamodb!
  assert.deepEqual([Keys, OldImage!.n, NewImage!.n, StreamViewType], [{ id: { S: 'a' } }, { N: '1' }, { N: '2' }, 'NEW_AND_OLD_IMAGES'])
  assert.deepEqual(Records!.map(record => record.dynamodb!.SequenceNumber), Records!.map(record => record.dynamodb!.SequenceNumber).toSorted())
  assert.equal((await streams.getRecords({ ShardIterator: NextShardIterator })).Records!.length, 0)
})

test('a write that changes nothing leaves no record', async () => {
  const arn = await tableWithStream('same')
  for (const _ of [1, 2]) await db.putItem({ TableName: 'same', Item: { id: { S: 'a' }, tags: { SS: ['x'] } } })
  await db.deleteItem({ TableName: 'same', Key: { id: { S: 'never there' } } })
  assert.equal((await read(arn)).Records!.length, 1)
})

test('a transaction and a batch are recorded item by item; KEYS_ONLY shows no image', async () => {
  const arn = await tableWithStream('many', 'KEYS_ONLY')
  const put = (id: string) => ({ Item: { id: { S: id }, big: { S: 'x' } } })
  await db.batchWriteItem({ RequestItems: { many: ['1', '2'].map(id => ({ PutRequest: put(id) })) } })
  await db.transactWriteItems({ TransactItems: ['3', '4'].map(id => ({ Put: { TableName: 'many', ...put(id) } })) })
  const { Records } = await read(arn)
  assert.deepEqual(Records!.map(record => record.dynamodb!.Keys!.id!.S).toSorted(), ['1', '2', '3', '4'])
  assert.ok(Records!.every(record => !record.dynamodb!.NewImage && !record.dynamodb!.OldImage))
})

test('concurrent writes of one item are recorded in the order in which they happened', async () => {
  const arn = await tableWithStream('counter')
  const add = () => db.updateItem({
    TableName: 'counter', Key: { id: { S: 'c' } }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } },
  })
  await Promise.all(Array.from({ length: 40 }, add))
  const { Records } = await read(arn)
  assert.deepEqual(Records!.map(record => Number(record.dynamodb!.NewImage!.n!.N)), Array.from({ length: 40 }, (_, index) => index + 1))
})

test('a deletion by expiry names the service as who did it', async () => {
  const arn = await tableWithStream('expiring')
  await db.updateTimeToLive({ TableName: 'expiring', TimeToLiveSpecification: { Enabled: true, AttributeName: 'at' } })
  await db.putItem({ TableName: 'expiring', Item: { id: { S: 'a' }, at: { N: String(Math.floor(cloud.clock.now() / 1000) + 60) } } })
  await cloud.clock.advance(61_000)
  const { Records } = await read(arn)
  assert.deepEqual(Records!.map(record => [record.eventName, record.userIdentity?.PrincipalId]), [['INSERT', undefined], ['REMOVE', 'dynamodb.amazonaws.com']])
})

test('records last 24 hours, iterators 15 minutes', async () => {
  const arn = await tableWithStream('aging')
  await db.putItem({ TableName: 'aging', Item: { id: { S: 'a' } } })
  const { StreamDescription } = await streams.describeStream({ StreamArn: arn })
  const { ShardIterator } = await streams.getShardIterator({
    StreamArn: arn, ShardId: StreamDescription!.Shards![0]!.ShardId, ShardIteratorType: 'TRIM_HORIZON',
  })
  const SequenceNumber = (await streams.getRecords({ ShardIterator })).Records![0]!.dynamodb!.SequenceNumber
  await cloud.clock.advance(15 * 60_000 + 1)
  await assert.rejects(streams.getRecords({ ShardIterator }), { name: 'ExpiredIteratorException' })
  await cloud.clock.advance(24 * 3_600_000)
  assert.equal((await read(arn)).Records!.length, 0)
  await assert.rejects(read(arn, { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber }), { name: 'TrimmedDataAccessException' })
})

test('a stream that is switched off ends, and is read for 24 hours yet; a new one has another label', async () => {
  const arn = await tableWithStream('switched')
  await db.putItem({ TableName: 'switched', Item: { id: { S: 'a' } } })
  await assert.rejects(db.updateTable({ TableName: 'switched', StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } }),
    { name: 'ValidationException', message: 'Table already has an enabled stream: TableName: switched' })
  await cloud.clock.advance(1)
  await db.updateTable({ TableName: 'switched', StreamSpecification: { StreamEnabled: false } })
  await db.putItem({ TableName: 'switched', Item: { id: { S: 'b' } } })
  const { Records, NextShardIterator } = await read(arn)
  assert.deepEqual([Records!.length, NextShardIterator], [1, undefined])
  assert.equal((await streams.describeStream({ StreamArn: arn })).StreamDescription!.StreamStatus, 'DISABLED')
  await cloud.clock.advance(1000)
  const { TableDescription } = await db.updateTable({ TableName: 'switched', StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } })
  assert.notEqual(TableDescription!.LatestStreamArn, arn)
  assert.equal((await streams.listStreams({ TableName: 'switched' })).Streams!.length, 2)
  await cloud.clock.advance(26 * 3_600_000)
  assert.deepEqual((await streams.listStreams({ TableName: 'switched' })).Streams!.map(stream => stream.StreamArn), [TableDescription!.LatestStreamArn])
  await assert.rejects(streams.describeStream({ StreamArn: arn }), { name: 'ResourceNotFoundException' })
})
