import type { Kinesis as KinesisClient } from '@aws-sdk/client-kinesis'
import { dataKeys } from '../../platform/data-keys.ts'
import { sequences } from '../../platform/sequences.ts'
import { longRunning, service } from '../../platform/service.ts'
import { DescribeLimits } from './account/DescribeLimits.ts'
import { onConsumer, onResource, onStream, onTokenStream } from './authorization.ts'
import { resourceTypes } from './cloudformation.ts'
import { DeregisterStreamConsumer } from './consumers/DeregisterStreamConsumer.ts'
import { DescribeStreamConsumer } from './consumers/DescribeStreamConsumer.ts'
import { ListStreamConsumers } from './consumers/ListStreamConsumers.ts'
import { RegisterStreamConsumer } from './consumers/RegisterStreamConsumer.ts'
import { SubscribeToShard } from './consumers/SubscribeToShard.ts'
import { DisableEnhancedMonitoring } from './monitoring/DisableEnhancedMonitoring.ts'
import { EnableEnhancedMonitoring } from './monitoring/EnableEnhancedMonitoring.ts'
import { DeleteResourcePolicy } from './policies/DeleteResourcePolicy.ts'
import { GetResourcePolicy } from './policies/GetResourcePolicy.ts'
import { PutResourcePolicy } from './policies/PutResourcePolicy.ts'
import { GetRecords } from './records/GetRecords.ts'
import { GetShardIterator } from './records/GetShardIterator.ts'
import { PutRecord } from './records/PutRecord.ts'
import { PutRecords } from './records/PutRecords.ts'
import { trim } from './records/retention.ts'
import { sequenceForm } from './records/sequences.ts'
import { StartStreamEncryption } from './encryption/StartStreamEncryption.ts'
import { StopStreamEncryption } from './encryption/StopStreamEncryption.ts'
import { ListShards } from './shards/ListShards.ts'
import { MergeShards } from './shards/MergeShards.ts'
import { SplitShard } from './shards/SplitShard.ts'
import { UpdateShardCount } from './shards/UpdateShardCount.ts'
import { tables, type Kinesis, type KinesisState } from './state.ts'
import { CreateStream } from './streams/CreateStream.ts'
import { DecreaseStreamRetentionPeriod } from './streams/DecreaseStreamRetentionPeriod.ts'
import { DeleteStream, removeRecords } from './streams/DeleteStream.ts'
import { DescribeStream } from './streams/DescribeStream.ts'
import { DescribeStreamSummary } from './streams/DescribeStreamSummary.ts'
import { IncreaseStreamRetentionPeriod } from './streams/IncreaseStreamRetentionPeriod.ts'
import { ListStreams } from './streams/ListStreams.ts'
import { UpdateMaxRecordSize } from './streams/UpdateMaxRecordSize.ts'
import { UpdateStreamMode } from './streams/UpdateStreamMode.ts'
import { AddTagsToStream } from './tags/AddTagsToStream.ts'
import { ListTagsForResource } from './tags/ListTagsForResource.ts'
import { ListTagsForStream } from './tags/ListTagsForStream.ts'
import { RemoveTagsFromStream } from './tags/RemoveTagsFromStream.ts'
import { TagResource } from './tags/TagResource.ts'
import { UntagResource } from './tags/UntagResource.ts'

const putBytesPerUnit = 25 * 1024
const units = (bytes: number) => Math.max(1, Math.ceil(bytes / putBytesPerUnit))

export const kinesis = service<KinesisClient, Kinesis>({
  name: 'kinesis',
  billing: 'AmazonKinesis',
  tables,
  operations: {
    AddTagsToStream, CreateStream, DecreaseStreamRetentionPeriod, DeleteResourcePolicy, DeleteStream, DeregisterStreamConsumer, DescribeLimits, DescribeStream,
    DescribeStreamConsumer,
    DescribeStreamSummary, DisableEnhancedMonitoring, EnableEnhancedMonitoring, GetRecords: longRunning(GetRecords), GetResourcePolicy,
    GetShardIterator: longRunning(GetShardIterator),
    IncreaseStreamRetentionPeriod, ListShards, ListStreamConsumers, ListStreams, ListTagsForResource, ListTagsForStream, MergeShards,
    PutRecord,
    PutRecords, PutResourcePolicy, RegisterStreamConsumer, RemoveTagsFromStream, SplitShard, StartStreamEncryption, StopStreamEncryption,
    SubscribeToShard: longRunning(SubscribeToShard), TagResource, UntagResource,
    UpdateMaxRecordSize, UpdateShardCount, UpdateStreamMode,
  },
  authorization: {
    AddTagsToStream: onStream, CreateStream: { resource: onStream.resource }, DecreaseStreamRetentionPeriod: onStream, DeleteResourcePolicy: onResource,
    DeleteStream: onStream, DeregisterStreamConsumer: onConsumer, DescribeLimits: { resource: '*' }, DescribeStream: onStream,
    DescribeStreamConsumer: onConsumer, DescribeStreamSummary: onStream,
    DisableEnhancedMonitoring: onStream, EnableEnhancedMonitoring: onStream, GetRecords: onTokenStream('shard-iterator', input => input.ShardIterator),
    GetResourcePolicy: onResource,
    GetShardIterator: onStream, IncreaseStreamRetentionPeriod: onStream, ListShards: onTokenStream('ListShards', input => input.NextToken),
    ListStreamConsumers: onStream, ListStreams: { resource: '*' },
    ListTagsForResource: onResource, ListTagsForStream: onStream, MergeShards: onStream, PutRecord: onStream, PutRecords: onStream,
    PutResourcePolicy: onResource,
    RegisterStreamConsumer: { resource: (_, input) => input.StreamARN! },
    RemoveTagsFromStream: onStream, SplitShard: onStream, StartStreamEncryption: onStream, StopStreamEncryption: onStream, SubscribeToShard: onConsumer,
      TagResource: onResource,
    UntagResource: onResource, UpdateMaxRecordSize: onStream, UpdateShardCount: onStream, UpdateStreamMode: onStream,
  },
  open: (): KinesisState => ({ sequences: sequences(sequenceForm), waiting: new Map(), subscriptions: new Map(), throughput: new Map(), dataKeys: dataKeys() }),
  notices: {
    'kinesis.records.available': (kinesis, { streamArn, shardId }) => void wake(kinesis, streamArn.slice(streamArn.lastIndexOf('/') + 1), shardId),
  },
  tasks: { removeRecords, trim },
  usage: (call) => {
    if (call.operation === 'PutRecord') return [{ usageType: 'PutRequestPayloadUnits', quantity: units(call.input.Data.length), unit: 'Units' }]
    if (call.operation !== 'PutRecords') return []
    return [
      {
        usageType: 'PutRequestPayloadUnits',
        quantity: call.input.Records.reduce((sum: number, record: { Data: Uint8Array }) => sum + units(record.Data.length), 0), unit: 'Units',
      },
    ]
  },
  resourceTypes,
})

/** Wakes the subscriptions of a shard. */
async function wake(kinesis: Kinesis, name: string, shard: string): Promise<void> {
  if (kinesis.state.waiting.size === 0) return
  const stream = await kinesis.tables.streams.get(name)
  for (const ring of kinesis.state.waiting.get(`${stream?.id}/${shard}`) ?? []) ring()
}
