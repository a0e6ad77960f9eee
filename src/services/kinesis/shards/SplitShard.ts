import { InvalidArgumentException, ResourceInUseException, streamArn, streamNamed, type Input, type Kinesis } from '../state.ts'
import { split } from './reshard.ts'
import { hashKey, isOpen, shardNamed } from './shard.ts'

/** Splits an open shard in two at a hash key inside it. */
export async function SplitShard(kinesis: Kinesis, input: Input<'SplitShard'>): Promise<object> {
  const stream = await streamNamed(kinesis, input)
  const shard = await shardNamed(kinesis, stream, input.ShardToSplit!)
  if (!isOpen(shard)) {
    throw new ResourceInUseException(
      `Shard ${shard.shard} in stream ${stream.name} under account ${kinesis.account} has already been merged or split, and thus is not eligible `
      + 'for merging or splitting.',
    )
  }
  const at = hashKey(input.NewStartingHashKey!)
  if (at <= BigInt(shard.hashFrom) || at >= BigInt(shard.hashTo)) {
    throw new InvalidArgumentException(
      `NewStartingHashKey ${input.NewStartingHashKey} used in SplitShard() on shard ${shard.shard} in stream ${stream.name} under account `
      + `${kinesis.account} is not both greater than one plus the shard's StartingHashKey ${shard.hashFrom} and less than the shard's EndingHashKey `
      + `${shard.hashTo}.`,
    )
  }
  await split(kinesis, stream, shard, at)
  await kinesis.tables.streams.put(stream)
  kinesis.notify('kinesis.records.available', { streamArn: streamArn(kinesis, stream.name), shardId: shard.shard })
  return {}
}
