import { checkShardLimit } from '../streams/CreateStream.ts'
import type { Kinesis, ShardRow, StreamRow } from '../state.ts'
import { closed, newShard } from './shard.ts'

/** Splits an open shard at a hash key, in the running transaction; the stream's row is the caller's to write. */
export async function split(kinesis: Kinesis, stream: StreamRow, shard: ShardRow, at: bigint): Promise<ShardRow[]> {
  if (stream.mode === 'PROVISIONED') await checkShardLimit(kinesis, 1)
  const children = [
    newShard(kinesis, stream, { from: BigInt(shard.hashFrom), to: at - 1n }, { parent: shard.shard }),
    newShard(kinesis, stream, { from: at, to: BigInt(shard.hashTo) }, { parent: shard.shard }),
  ]
  await kinesis.tables.shards.put(closed(kinesis, shard))
  for (const child of children) await kinesis.tables.shards.put(child)
  return children
}

/** Merges two adjacent open shards. */
export async function merge(kinesis: Kinesis, stream: StreamRow, shard: ShardRow, adjacent: ShardRow): Promise<ShardRow> {
  const [low, high] = BigInt(shard.hashFrom) < BigInt(adjacent.hashFrom) ? [shard, adjacent] : [adjacent, shard]
  const child = newShard(kinesis, stream, { from: BigInt(low.hashFrom), to: BigInt(high.hashTo) }, { parent: shard.shard, adjacentParent: adjacent.shard })
  await kinesis.tables.shards.put(closed(kinesis, shard))
  await kinesis.tables.shards.put(closed(kinesis, adjacent))
  await kinesis.tables.shards.put(child)
  return child
}

export const areAdjacent = (one: ShardRow, other: ShardRow): boolean =>
  BigInt(one.hashTo) + 1n === BigInt(other.hashFrom) || BigInt(other.hashTo) + 1n === BigInt(one.hashFrom)
