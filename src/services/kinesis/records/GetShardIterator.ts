import { shardNamed } from '../shards/shard.ts'
import { InvalidArgumentException, placeOf, streamNamed, type Input, type Kinesis, type Output } from '../state.ts'
import { iteratorOf } from './iterator.ts'
import { startPosition } from './positions.ts'

/** Where reading of a shard begins; the iterator holds for five minutes. */
export async function GetShardIterator(caller: Kinesis, input: Input<'GetShardIterator'>): Promise<Output<'GetShardIterator'>> {
  if (input.DryRun) throw new InvalidArgumentException('DryRun is not supported by Fogbank.')
  const kinesis = placeOf(caller, input)
  const stream = await streamNamed(kinesis, input)
  const shard = await shardNamed(kinesis, stream, input.ShardId!)
  const position = await startPosition(
    kinesis, stream, shard, { type: input.ShardIteratorType, sequence: input.StartingSequenceNumber, timestamp: input.Timestamp }
  )
  return { ShardIterator: iteratorOf(kinesis, stream, shard, position) }
}
