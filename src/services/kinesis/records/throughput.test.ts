import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { Kinesis } from '@aws-sdk/client-kinesis'
import { KMS } from '@aws-sdk/client-kms'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import type { Kinesis as State } from '../state.ts'

let cloud: TestCloud
let kinesis: Kinesis
before(async () => {
  cloud = await startCloud()
  kinesis = new Kinesis(cloud.client)
})
after(async () => {
  kinesis.destroy()
  await cloud.stop()
})

const data = (bytes: number) => new Uint8Array(bytes)
const records = (count: number, bytes = 1) => Array.from({ length: count }, () => ({ Data: data(bytes), PartitionKey: 'k' }))
const rate = (StreamName: string) => `Rate exceeded for shard shardId-000000000000 in stream ${StreamName} under account 000000000000.`
const iterator = async (StreamName: string, client = kinesis) =>
  (await client.getShardIterator({ StreamName, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' })).ShardIterator!

test('a shard takes a megabyte in a second', async () => {
  const StreamName = 'bytes'
  await kinesis.createStream({ StreamName, ShardCount: 1 })
  await kinesis.putRecord({ StreamName, Data: data(1024 * 1024 - 1), PartitionKey: 'k' })
  await assert.rejects(kinesis.putRecord({ StreamName, Data: data(1), PartitionKey: 'k' }), {
    name: 'ProvisionedThroughputExceededException', message: rate(StreamName),
  })
  await cloud.clock.advance(1000)
  await kinesis.putRecord({ StreamName, Data: data(1), PartitionKey: 'k' })
})

test('PutRecords: those beyond a thousand in a second are told apart, and are not written', async () => {
  const StreamName = 'records'
  await kinesis.createStream({ StreamName, ShardCount: 1 })
  for (let sent = 0; sent < 800; sent += 400) assert.equal((await kinesis.putRecords({ StreamName, Records: records(400) })).FailedRecordCount, 0)
  const answer = await kinesis.putRecords({ StreamName, Records: records(300) })
  assert.equal(answer.FailedRecordCount, 100)
  assert.deepEqual(answer.Records!.at(-1), { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: rate(StreamName) })
  assert.equal((await kinesis.getRecords({ ShardIterator: await iterator(StreamName) })).Records!.length, 1000)
})

test('two shards take twice as much, and an on-demand stream all', async () => {
  await kinesis.createStream({ StreamName: 'wide', ShardCount: 2 })
  const spread = [...records(2, 1024 * 1024 - 200), ...records(2, 1024 * 1024 - 200)].map((record, at) =>
    ({ ...record, ExplicitHashKey: String(at % 2 === 0 ? 0n : 2n ** 128n - 1n) }))
  assert.equal((await kinesis.putRecords({ StreamName: 'wide', Records: spread })).FailedRecordCount, 2)
  await kinesis.createStream({ StreamName: 'demand', StreamModeDetails: { StreamMode: 'ON_DEMAND' } })
  for (let round = 0; round < 3; round++) assert.equal((await kinesis.putRecords({ StreamName: 'demand', Records: records(500) })).FailedRecordCount, 0)
})

test('a shard is read five times in a second, and two megabytes', async () => {
  const StreamName = 'reads'
  await kinesis.createStream({ StreamName, ShardCount: 1 })
  const ShardIterator = await iterator(StreamName)
  for (let read = 0; read < 5; read++) await kinesis.getRecords({ ShardIterator })
  await assert.rejects(kinesis.getRecords({ ShardIterator }), { name: 'ProvisionedThroughputExceededException', message: rate(StreamName) })
  for (let second = 0; second < 6; second++) {
    await cloud.clock.advance(1000)
    await kinesis.putRecord({ StreamName, Data: data(1024 * 1024 - 1), PartitionKey: 'k' })
  }
  await cloud.clock.advance(1000)
  assert.equal((await kinesis.getRecords({ ShardIterator })).Records!.length, 6)
  await cloud.clock.advance(1000)
  await assert.rejects(kinesis.getRecords({ ShardIterator }), { name: 'ProvisionedThroughputExceededException' })
  await cloud.clock.advance(2000)
  await kinesis.getRecords({ ShardIterator })
})

test('StartStreamEncryption: records lie sealed, readers need kms:Decrypt, and what was written before stays', async () => {
  const StreamName = 'sealed'
  const [kms, iam] = [new KMS(cloud.client), new IAM(cloud.client)]
  const { KeyId } = (await kms.createKey({})).KeyMetadata!
  await kinesis.createStream({ StreamName, ShardCount: 1 })
  const put = (text: string) => kinesis.putRecord({ StreamName, Data: new Uint8Array(Buffer.from(text)), PartitionKey: 'k' })
  await put('open')
  await assert.rejects(kinesis.startStreamEncryption({ StreamName, EncryptionType: 'KMS', KeyId: 'alias/none' }), { name: 'KMSNotFoundException' })
  await kinesis.startStreamEncryption({ StreamName, EncryptionType: 'KMS', KeyId })
  assert.equal((await put('sesame')).EncryptionType, 'KMS')
  const { StreamDescriptionSummary: found } = await kinesis.describeStreamSummary({ StreamName })
  assert.deepEqual([found!.EncryptionType, found!.KeyId], ['KMS', KeyId])
  const { tables } = cloud.cloud.platform.scope('kinesis', { account: '000000000000', region: 'us-east-1' }) as State
  assert.ok(!(await tables.records.list()).some(record => Buffer.from(record.data).includes('sesame')))
  const read = async (client: Kinesis) => (await client.getRecords({ ShardIterator: await iterator(StreamName, client) })).Records!
  assert.deepEqual((await read(kinesis)).map(record => [Buffer.from(record.Data!).toString(), record.EncryptionType]), [['open', 'NONE'], ['sesame', 'KMS']])
  await iam.createUser({ UserName: 'reader' })
  const { AccessKey } = await iam.createAccessKey({ UserName: 'reader' })
  await iam.putUserPolicy({
    UserName: 'reader', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'kinesis:*',
      Resource: '*' } }),
  })
  const reader = new Kinesis({ ...cloud.client, credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! } })
  await assert.rejects(read(reader), { name: 'KMSAccessDeniedException', message: /kms:Decrypt on resource/ })
  await kinesis.stopStreamEncryption({ StreamName, EncryptionType: 'KMS', KeyId })
  assert.equal((await put('again')).EncryptionType, 'NONE')
  assert.equal((await read(kinesis)).length, 3)
  for (const client of [kms, iam, reader]) client.destroy()
})
