import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Kinesis } from '@aws-sdk/client-kinesis'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { kinesis as service } from './service.ts'

let cloud: TestCloud
let kinesis: Kinesis
before(async () => {
  cloud = await startCloud({ services: [service] })
  kinesis = new Kinesis(cloud.client)
})
after(async () => {
  kinesis.destroy()
  await cloud.stop()
})

const bytes = (text: string) => Buffer.from(text)
const textOf = (records: { Data: Uint8Array | undefined }[] | undefined) => records!.map(record => Buffer.from(record.Data!).toString())

async function stream(StreamName: string, ShardCount = 1) {
  await kinesis.createStream({ StreamName, ShardCount })
  return { StreamName }
}

async function readAll(at: { StreamName: string }, ShardId = 'shardId-000000000000', from: object = { ShardIteratorType: 'TRIM_HORIZON' }) {
  const { ShardIterator } = await kinesis.getShardIterator({ ...at, ShardId, ...from } as any)
  return kinesis.getRecords({ ShardIterator })
}

test('CreateStream: the key space is split evenly, and a second stream of the name is ResourceInUseException', async () => {
  await stream('even', 2)
  const { StreamDescription } = await kinesis.describeStream({ StreamName: 'even' })
  assert.equal(StreamDescription!.StreamARN, 'arn:aws:kinesis:us-east-1:000000000000:stream/even')
  assert.deepEqual(StreamDescription!.Shards!.map(shard => [shard.ShardId, shard.HashKeyRange!.StartingHashKey, shard.HashKeyRange!.EndingHashKey]), [
    ['shardId-000000000000', '0', '170141183460469231731687303715884105727'],
    ['shardId-000000000001', '170141183460469231731687303715884105728', '340282366920938463463374607431768211455'],
  ])
  await assert.rejects(stream('even'), { name: 'ResourceInUseException', message: 'Stream even under account 000000000000 already exists.' })
})

test('CreateStream: on demand has 4 shards, provisioned needs a count within the account\'s limit', async () => {
  await kinesis.createStream({ StreamName: 'ondemand', StreamModeDetails: { StreamMode: 'ON_DEMAND' } })
  const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamName: 'ondemand' })
  assert.equal(StreamDescriptionSummary!.OpenShardCount, 4)
  await assert.rejects(kinesis.createStream({ StreamName: 'none' }), { name: 'InvalidArgumentException' })
  await assert.rejects(stream('huge', 501), { name: 'LimitExceededException' })
})

test('PutRecord: records of a shard come back in order, with rising sequence numbers', async () => {
  const at = await stream('ordered')
  const put = await Promise.all(Array.from({ length: 50 }, (_, index) => kinesis.putRecord({ ...at, Data: bytes(`r${index}`), PartitionKey: `k${index % 3}` })))
  const { Records, MillisBehindLatest, NextShardIterator } = await readAll(at)
  assert.equal(Records!.length, 50)
  assert.deepEqual(Records!.map(record => record.SequenceNumber), put.map(one => one.SequenceNumber!).toSorted())
  assert.equal(MillisBehindLatest, 0)
  await kinesis.putRecords({ ...at, Records: [{ Data: bytes('more'), PartitionKey: 'k' }] })
  assert.deepEqual(textOf((await kinesis.getRecords({ ShardIterator: NextShardIterator })).Records), ['more'])
})

test('PutRecord: the MD5 of the partition key or the explicit hash key chooses the shard', async () => {
  const at = await stream('chosen', 2)
  // md5('a') begins with 0c, md5('b') with 92.
  assert.equal((await kinesis.putRecord({ ...at, Data: bytes('x'), PartitionKey: 'a' })).ShardId, 'shardId-000000000000')
  assert.equal((await kinesis.putRecord({ ...at, Data: bytes('x'), PartitionKey: 'b' })).ShardId, 'shardId-000000000001')
  assert.equal((await kinesis.putRecord({ ...at, Data: bytes('x'), PartitionKey: 'b', ExplicitHashKey: '5' })).ShardId, 'shardId-000000000000')
  await assert.rejects(
    kinesis.putRecord({ ...at, Data: bytes('x'), PartitionKey: 'b', ExplicitHashKey: '340282366920938463463374607431768211456' }),
    { name: 'InvalidArgumentException' }
  )
})

test('PutRecord: a record larger than the stream takes is refused, until UpdateMaxRecordSize', async () => {
  const at = await stream('large')
  const Data = Buffer.alloc(1024 * 1024)
  await assert.rejects(kinesis.putRecord({ ...at, Data, PartitionKey: 'k' }), { name: 'InvalidArgumentException' })
  await kinesis.updateMaxRecordSize({ StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/large', MaxRecordSizeInKiB: 2048 })
  await kinesis.putRecord({ ...at, Data, PartitionKey: 'k' })
})

test('GetShardIterator: at, after, latest and by time', async () => {
  const at = await stream('positions')
  const first = await kinesis.putRecord({ ...at, Data: bytes('1'), PartitionKey: 'k' })
  await cloud.clock.advance(10_000)
  const between = new Date(cloud.clock.now())
  await kinesis.putRecord({ ...at, Data: bytes('2'), PartitionKey: 'k' })
  const shard = 'shardId-000000000000'
  const StartingSequenceNumber = first.SequenceNumber
  assert.deepEqual(textOf((await readAll(at, shard, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber })).Records), ['1', '2'])
  assert.deepEqual(textOf((await readAll(at, shard, { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber })).Records), ['2'])
  assert.deepEqual(textOf((await readAll(at, shard, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: between })).Records), ['2'])
  assert.deepEqual((await readAll(at, shard, { ShardIteratorType: 'LATEST' })).Records, [])
  await assert.rejects(readAll(at, shard, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: '7' }), { name: 'InvalidArgumentException' })
  await assert.rejects(
    readAll(at, 'shardId-000000000009'),
    { name: 'ResourceNotFoundException', message: 'Shard shardId-000000000009 in stream positions under account 000000000000 does not exist' }
  )
})

test('GetRecords: a limit leaves the rest for the next call, and tells how far behind it is', async () => {
  const at = await stream('limited')
  await kinesis.putRecords({ ...at, Records: ['1', '2', '3'].map(text => ({ Data: bytes(text), PartitionKey: 'k' })) })
  await cloud.clock.advance(7000)
  const { ShardIterator } = await kinesis.getShardIterator({ ...at, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' })
  const page = await kinesis.getRecords({ ShardIterator, Limit: 2 })
  assert.deepEqual([textOf(page.Records), page.MillisBehindLatest], [['1', '2'], 7000])
  assert.deepEqual(textOf((await kinesis.getRecords({ ShardIterator: page.NextShardIterator })).Records), ['3'])
})

test('GetRecords: an iterator expires after five minutes', async () => {
  const at = await stream('expiring')
  const { ShardIterator } = await kinesis.getShardIterator({ ...at, ShardId: 'shardId-000000000000', ShardIteratorType: 'LATEST' })
  await cloud.clock.advance(300_001)
  await assert.rejects(kinesis.getRecords({ ShardIterator }), { name: 'ExpiredIteratorException' })
  await assert.rejects(kinesis.getRecords({ ShardIterator: 'nonsense' }), { name: 'InvalidArgumentException' })
})

test('retention: records leave after 24 hours, or as long as the stream keeps them', async () => {
  const at = await stream('kept')
  await kinesis.putRecord({ ...at, Data: bytes('old'), PartitionKey: 'k' })
  await kinesis.increaseStreamRetentionPeriod({ ...at, RetentionPeriodHours: 48 })
  await cloud.clock.advance(25 * 3_600_000)
  assert.deepEqual(textOf((await readAll(at)).Records), ['old'])
  await cloud.clock.advance(24 * 3_600_000)
  assert.deepEqual((await readAll(at)).Records, [])
  await assert.rejects(kinesis.increaseStreamRetentionPeriod({ ...at, RetentionPeriodHours: 24 }), { name: 'InvalidArgumentException' })
  await kinesis.decreaseStreamRetentionPeriod({ ...at, RetentionPeriodHours: 24 })
})

test('SplitShard: a closed shard is read to its end, then names its children', async () => {
  const at = await stream('split')
  await kinesis.putRecord({ ...at, Data: bytes('before'), PartitionKey: 'a' })
  await kinesis.splitShard({ ...at, ShardToSplit: 'shardId-000000000000', NewStartingHashKey: '170141183460469231731687303715884105728' })
  assert.equal((await kinesis.putRecord({ ...at, Data: bytes('after'), PartitionKey: 'b' })).ShardId, 'shardId-000000000002')
  const page = await readAll(at)
  assert.deepEqual(textOf(page.Records), ['before'])
  assert.equal(page.NextShardIterator, undefined)
  assert.deepEqual(
    page.ChildShards!.map(child => [child.ShardId, child.ParentShards]),
    [['shardId-000000000001', ['shardId-000000000000']], ['shardId-000000000002', ['shardId-000000000000']]]
  )
  const refused = { ...at, ShardToSplit: 'shardId-000000000000', NewStartingHashKey: '7' }
  await assert.rejects(kinesis.splitShard(refused), { name: 'ResourceInUseException' })
})

test('MergeShards: two that touch become one, and only those', async () => {
  const at = await stream('merged', 3)
  const pair = (a: number, b: number) => ({ ...at, ShardToMerge: `shardId-00000000000${a}`, AdjacentShardToMerge: `shardId-00000000000${b}` })
  await assert.rejects(kinesis.mergeShards(pair(0, 2)), { name: 'InvalidArgumentException' })
  await kinesis.mergeShards(pair(0, 1))
  const { Shards } = await kinesis.listShards({ ...at, ShardFilter: { Type: 'AT_LATEST' } })
  assert.deepEqual(Shards!.map(shard => [shard.ShardId, shard.ParentShardId, shard.AdjacentParentShardId]), [
    ['shardId-000000000002', undefined, undefined], ['shardId-000000000003', 'shardId-000000000000', 'shardId-000000000001'],
  ])
})

test('UpdateShardCount: from 2 to 3 shards of even width, at most double', async () => {
  const at = await stream('scaled', 2)
  await assert.rejects(kinesis.updateShardCount({ ...at, TargetShardCount: 5, ScalingType: 'UNIFORM_SCALING' }), { name: 'LimitExceededException' })
  await kinesis.updateShardCount({ ...at, TargetShardCount: 3, ScalingType: 'UNIFORM_SCALING' })
  const { Shards } = await kinesis.listShards({ ...at, ShardFilter: { Type: 'AT_LATEST' } })
  const third = (2n ** 128n) / 3n
  assert.deepEqual(Shards!.map(shard => BigInt(shard.HashKeyRange!.StartingHashKey!)).sort((a, b) => a < b ? -1 : 1), [0n, third, third * 2n])
})

test('ListShards: pages by token, which names the stream by itself', async () => {
  await stream('paged', 3)
  const first = await kinesis.listShards({ StreamName: 'paged', MaxResults: 2 })
  const second = await kinesis.listShards({ NextToken: first.NextToken })
  assert.deepEqual([first, second].map(page => page.Shards!.length), [2, 1])
  await cloud.clock.advance(300_001)
  await assert.rejects(kinesis.listShards({ NextToken: first.NextToken }), { name: 'ExpiredNextTokenException' })
})

test('SubscribeToShard: records are pushed as they arrive, over HTTP/2, until five minutes are over', async () => {
  const at = await stream('pushed')
  const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/pushed'
  const { Consumer } = await kinesis.registerStreamConsumer({ StreamARN, ConsumerName: 'app' })
  await kinesis.putRecord({ ...at, Data: bytes('1'), PartitionKey: 'k' })
  const ask = () => kinesis.subscribeToShard({
    ConsumerARN: Consumer!.ConsumerARN, ShardId: 'shardId-000000000000', StartingPosition: { Type: 'TRIM_HORIZON' },
  })
  const events = (await ask()).EventStream![Symbol.asyncIterator]()
  const next = async () => (await events.next()).value?.SubscribeToShardEvent
  assert.deepEqual(textOf((await next())!.Records), ['1'])
  await kinesis.putRecord({ ...at, Data: bytes('2'), PartitionKey: 'k' })
  assert.deepEqual(textOf((await next())!.Records), ['2'])
  await assert.rejects(ask(), { name: 'ResourceInUseException' })
  await cloud.clock.advance(300_000)
  let last
  for (let event = await events.next(); !event.done; event = await events.next()) last = event.value.SubscribeToShardEvent
  assert.deepEqual(last?.Records ?? [], [])
})

test('RegisterStreamConsumer: by name or ARN it is described, listed and deregistered; a stream with one is not deleted by itself', async () => {
  const at = await stream('consumed')
  const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/consumed'
  const { Consumer } = await kinesis.registerStreamConsumer({ StreamARN, ConsumerName: 'one' })
  await assert.rejects(kinesis.registerStreamConsumer({ StreamARN, ConsumerName: 'one' }), { name: 'ResourceInUseException' })
  assert.equal((await kinesis.describeStreamConsumer({ StreamARN, ConsumerName: 'one' })).ConsumerDescription!.ConsumerARN, Consumer!.ConsumerARN)
  assert.deepEqual((await kinesis.listStreamConsumers({ StreamARN })).Consumers!.map(consumer => consumer.ConsumerName), ['one'])
  await assert.rejects(kinesis.deleteStream(at), { name: 'ResourceInUseException' })
  await kinesis.deregisterStreamConsumer({ ConsumerARN: Consumer!.ConsumerARN })
  await kinesis.deleteStream(at)
  await assert.rejects(kinesis.describeStream(at), { name: 'ResourceNotFoundException', message: 'Stream consumed under account 000000000000 not found.' })
})

test('DeleteStream: a stream made anew under the name has none of the old records', async () => {
  const at = await stream('again')
  await kinesis.putRecord({ ...at, Data: bytes('old'), PartitionKey: 'k' })
  await kinesis.deleteStream(at)
  await cloud.settle()
  await stream('again')
  assert.deepEqual((await readAll(at)).Records, [])
})

test('tags and policies: of a stream, by name and by ARN', async () => {
  const at = await stream('tagged')
  const ResourceARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/tagged'
  await kinesis.addTagsToStream({ ...at, Tags: { a: '1', b: '2' } })
  await kinesis.tagResource({ ResourceARN, Tags: { c: '3' } })
  await kinesis.removeTagsFromStream({ ...at, TagKeys: ['a'] })
  const { Tags, HasMoreTags } = await kinesis.listTagsForStream({ ...at, Limit: 1 })
  assert.deepEqual([Tags, HasMoreTags], [[{ Key: 'b', Value: '2' }], true])
  assert.deepEqual((await kinesis.listTagsForResource({ ResourceARN })).Tags!.map(tag => tag.Key), ['b', 'c'])
  const Policy = JSON.stringify({
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'kinesis:PutRecord', Resource: ResourceARN }],
  })
  await kinesis.putResourcePolicy({ ResourceARN, Policy })
  assert.equal((await kinesis.getResourcePolicy({ ResourceARN })).Policy, Policy)
  const other = new Kinesis({ ...cloud.client, credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' } })
  const written = await other.putRecord({ StreamARN: ResourceARN, Data: bytes('theirs'), PartitionKey: 'k' })
  assert.equal(written.ShardId, 'shardId-000000000000')
  await assert.rejects(other.describeStreamSummary({ StreamARN: ResourceARN }), { name: 'AccessDeniedException' })
  other.destroy()
  assert.deepEqual(textOf((await readAll(at)).Records), ['theirs'])
})
