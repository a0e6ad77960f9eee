import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { drifting, type Drifting } from '../cloudformation/testing/drifting.ts'

let cloud: TestCloud
let stacks: Drifting
before(async () => {
  cloud = await startCloud()
  stacks = drifting(cloud)
})
after(() => cloud.stop())

const arn = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] })
const resource = (kind: string, Properties: Record<string, unknown>) => ({ Type: `AWS::Kinesis::${kind}`, Properties })
const policy = (account: string, Resource: unknown) => ({ Version: '2012-10-17', Statement: [
  { Sid: 's', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kinesis:DescribeStreamSummary', Resource },
] })
const streamArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/events'

const whole = {
  Stream: resource('Stream', {
    Name: 'events', ShardCount: '2', RetentionPeriodHours: '48', MaxRecordSizeInKiB: '2048', DesiredShardLevelMetrics: ['IncomingBytes', 'OutgoingBytes'],
    StreamModeDetails: { StreamMode: 'PROVISIONED' }, Tags: [{ Key: 'a', Value: '1' }],
  }),
  Measured: resource('Stream', { ShardCount: 1, DesiredShardLevelMetrics: ['ALL'] }),
  Plain: resource('Stream', {}),
  Reader: resource('StreamConsumer', { ConsumerName: 'reader', StreamARN: arn('Stream'), Tags: [{ Key: 'a', Value: '1' }] }),
  PlainReader: resource('StreamConsumer', { ConsumerName: 'plain', StreamARN: arn('Stream') }),
  Policy: resource('ResourcePolicy', { ResourceArn: arn('Stream'), ResourcePolicy: policy('111122223333', arn('Stream')) }),
  TextPolicy: resource('ResourcePolicy', { ResourceArn: arn('Plain'), ResourcePolicy: JSON.stringify(policy('111122223333', '*')) }),
}

test('AWS::Kinesis: what a stack makes is in sync with it; what is changed or deleted beside it is told', async () => {
  const ids = await stacks.create('kinesis', whole, { Tags: [{ Key: 'of', Value: 'stack' }] })
  await stacks.inSync('kinesis', Object.keys(whole))
  const { kinesis } = cloud.aws()
  await kinesis.UpdateMaxRecordSize({ StreamARN: streamArn, MaxRecordSizeInKiB: 4096 })
  await kinesis.DisableEnhancedMonitoring({ StreamName: 'events', ShardLevelMetrics: ['IncomingBytes'] })
  await kinesis.DisableEnhancedMonitoring({ StreamName: ids.Measured!, ShardLevelMetrics: ['IncomingBytes'] })
  await kinesis.TagResource({ ResourceARN: ids.Reader!, Tags: { a: '2' } })
  await kinesis.PutResourcePolicy({ ResourceARN: streamArn, Policy: JSON.stringify(policy('444455556666', streamArn)) })
  const told = await stacks.told('kinesis')
  assert.deepEqual(told.filter(drift => !drift.startsWith('Measured')), [
    'Policy NOT_EQUAL /ResourcePolicy/Statement/0/Principal/AWS', 'Reader NOT_EQUAL /Tags/0/Value', 'Stream NOT_EQUAL /MaxRecordSizeInKiB',
    'Stream REMOVE /DesiredShardLevelMetrics/0',
  ])
  assert.ok(told.includes('Measured REMOVE /DesiredShardLevelMetrics/0'))

  await kinesis.DeregisterStreamConsumer({ ConsumerARN: ids.PlainReader! })
  await kinesis.DeleteResourcePolicy({ ResourceARN: streamArn })
  await kinesis.DeleteStream({ StreamName: ids.Plain! })
  await cloud.clock.advance(60_000)
  assert.deepEqual(
    (await stacks.told('kinesis')).filter(drift => drift.endsWith('DELETED')), ['Plain DELETED', 'PlainReader DELETED', 'Policy DELETED', 'TextPolicy DELETED']
  )
})

test('AWS::Kinesis: Cloud Control reads and lists the types, and an import takes one that exists', async () => {
  const { kinesis } = cloud.aws()
  const { Consumer } = await kinesis.RegisterStreamConsumer({ StreamARN: streamArn, ConsumerName: 'other' })
  const { ConsumerARN } = Consumer!
  await cloud.clock.advance(10_000)
  const consumer = { ConsumerName: 'other', StreamARN: streamArn }
  const { ConsumerCreationTimestamp, ...read } = await stacks.get('AWS::Kinesis::StreamConsumer', ConsumerARN!)
  assert.deepEqual(read, { ...consumer, ConsumerARN, ConsumerStatus: 'ACTIVE' })
  assert.match(String(ConsumerCreationTimestamp), /^\d+/)
  assert.ok((await stacks.list('AWS::Kinesis::StreamConsumer', { StreamARN: streamArn })).includes(ConsumerARN!))
  assert.ok((await stacks.list('AWS::Kinesis::StreamConsumer')).includes(ConsumerARN!))
  await stacks.importOne('import-consumer', resource('StreamConsumer', consumer), { ConsumerARN: ConsumerARN! })
  await kinesis.PutResourcePolicy({ ResourceARN: ConsumerARN!, Policy: JSON.stringify(policy('111122223333', '*')) })
  const held = { ResourceArn: ConsumerARN!, ResourcePolicy: policy('111122223333', '*') }
  assert.deepEqual(await stacks.get('AWS::Kinesis::ResourcePolicy', ConsumerARN!), held)
  await stacks.importOne('import-policy', resource('ResourcePolicy', held), { ResourceArn: ConsumerARN! })
})
