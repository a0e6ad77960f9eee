import type { DescribeStreamInput, DescribeStreamOutput } from '@aws-sdk/client-dynamodb-streams'
import type { Db } from '../state.ts'
import { sequenceRange, shardId, streamArn, streamNamed } from './stream.ts'

/** A stream and its shard. */
export async function DescribeStream(db: Db, input: DescribeStreamInput): Promise<DescribeStreamOutput> {
  const stream = await streamNamed(db, input.StreamArn!)
  const id = shardId(stream)
  const hidden = (input.ExclusiveStartShardId !== undefined && input.ExclusiveStartShardId >= id) || input.ShardFilter?.Type === 'CHILD_SHARDS'
  return { StreamDescription: {
    StreamArn: streamArn(db, stream.table, stream.label), StreamLabel: stream.label, StreamStatus: stream.disabledMs === undefined ? 'ENABLED' : 'DISABLED',
    StreamViewType: stream.viewType, CreationRequestDateTime: new Date(stream.createdMs), TableName: stream.table,
    KeySchema: [
      { AttributeName: stream.hash, KeyType: 'HASH' }, ...stream.range === undefined ? [] : [{ AttributeName: stream.range, KeyType: 'RANGE' as const }]
    ],
    Shards: hidden ? [] : [{ ShardId: id, SequenceNumberRange: sequenceRange(stream) }],
  } }
}
