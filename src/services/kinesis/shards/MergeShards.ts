import { InvalidArgumentException, ResourceInUseException, streamArn, streamNamed, type Input, type Kinesis } from '../state.ts'
import { areAdjacent, merge } from './reshard.ts'
import { isOpen, shardNamed } from './shard.ts'

/** Merges two open shards whose key ranges touch. */
export async function MergeShards(kinesis: Kinesis, input: Input<'MergeShards'>): Promise<object> {
  const stream = await streamNamed(kinesis, input)
  const shard = await shardNamed(kinesis, stream, input.ShardToMerge!)
  const adjacent = await shardNamed(kinesis, stream, input.AdjacentShardToMerge!)
  for (const one of [shard, adjacent]) {
    if (!isOpen(one)) {
      throw new ResourceInUseException(
        `Shard ${one.shard} in stream ${stream.name} under account ${kinesis.account} has already been merged or split, and thus is not eligible `
        + 'for merging or splitting.',
      )
    }
  }
  if (!areAdjacent(shard, adjacent)) {
    throw new InvalidArgumentException(
      `Shards ${shard.shard} and ${adjacent.shard} in stream ${stream.name} under account ${kinesis.account} are not an adjacent pair of shards `
      + 'eligible for merging',
    )
  }
  await merge(kinesis, stream, shard, adjacent)
  await kinesis.tables.streams.put(stream)
  for (const { shard: shardId } of [shard, adjacent]) kinesis.notify('kinesis.records.available', { streamArn: streamArn(kinesis, stream.name), shardId })
  return {}
}
