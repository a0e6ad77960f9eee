import { createHash } from 'node:crypto'
import { sequenceAt, shardId, shardNumber } from '../records/sequences.ts'
import { InvalidArgumentException, ResourceNotFoundException, trimBefore, type Kinesis, type ShardRow, type StreamRow } from '../state.ts'

export const hashKeyMax = 2n ** 128n - 1n

/** Splits the key space evenly, as AWS does at the creation of a stream. */
export function evenRanges(count: number): { from: bigint, to: bigint }[] {
  const width = (hashKeyMax + 1n) / BigInt(count)
  return Array.from({ length: count }, (_, index) => ({ from: width * BigInt(index), to: index === count - 1 ? hashKeyMax : width * BigInt(index + 1) - 1n }))
}

/** A new shard; the stream's counter of shards goes on, which the caller writes. */
export function newShard(
  kinesis: Kinesis, stream: StreamRow, range: { from: bigint, to: bigint }, parents: { parent?: string, adjacentParent?: string } = {}
): ShardRow {
  const shard = shardId(stream.nextShard++)
  const now = kinesis.now()
  return {
    stream: stream.id, shard, hashFrom: String(range.from), hashTo: String(range.to), sequenceFrom: sequenceAt(now, shardNumber(shard)), createdAt: now,
    ...parents,
  }
}

/** All shards whose records may still be there, in the order of their ids. */
export async function shardsOf(kinesis: Kinesis, stream: StreamRow): Promise<ShardRow[]> {
  const trim = trimBefore(kinesis, stream)
  return (await kinesis.tables.shards.list({ prefix: [stream.id] })).filter(shard => shard.closedAt === undefined || shard.closedAt >= trim)
}

export const isOpen = (shard: ShardRow): boolean => shard.closedAt === undefined

export async function shardNamed(kinesis: Kinesis, stream: StreamRow, id: string): Promise<ShardRow> {
  const shard = /^shardId-\d{12}$/.test(id) ? await kinesis.tables.shards.get(stream.id, id) : undefined
  if (!shard) throw new ResourceNotFoundException(`Shard ${id} in stream ${stream.name} under account ${kinesis.account} does not exist`)
  return shard
}

/** The open shard that a record belongs to: by its explicit hash key, or the MD5 of its partition key. */
export function shardFor(open: readonly ShardRow[], partitionKey: string, explicitHashKey: string | undefined): ShardRow {
  const hash = explicitHashKey === undefined ? BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`) : hashKey(explicitHashKey)
  return open.find(shard => BigInt(shard.hashFrom) <= hash && hash <= BigInt(shard.hashTo))!
}

export function hashKey(text: string): bigint {
  const key = /^(?:0|[1-9]\d{0,38})$/.test(text) ? BigInt(text) : -1n
  if (key < 0n || key > hashKeyMax) {
    throw new InvalidArgumentException(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${text}`,
    )
  }
  return key
}

/** As the API shows it. */
export const shardView = (shard: ShardRow) => ({
  ShardId: shard.shard,
  ...shard.parent && { ParentShardId: shard.parent },
  ...shard.adjacentParent && { AdjacentParentShardId: shard.adjacentParent },
  HashKeyRange: { StartingHashKey: shard.hashFrom, EndingHashKey: shard.hashTo },
  SequenceNumberRange: { StartingSequenceNumber: shard.sequenceFrom, ...shard.sequenceTo && { EndingSequenceNumber: shard.sequenceTo } },
})

/** Closes a shard: its records stay until they have outlived the retention. */
export const closed = (kinesis: Kinesis, shard: ShardRow): ShardRow =>
  ({ ...shard, closedAt: kinesis.now(), sequenceTo: sequenceAt(kinesis.now() + 1, shardNumber(shard.shard)) })

/** The shards that a closed one went on in. */
export async function childShards(kinesis: Kinesis, stream: StreamRow, shard: ShardRow) {
  const all = await kinesis.tables.shards.list({ prefix: [stream.id] })
  return all.filter(child => child.parent === shard.shard || child.adjacentParent === shard.shard).map(child => ({
    ShardId: child.shard, ParentShards: [child.parent, child.adjacentParent].filter(id => id !== undefined), HashKeyRange: {
      StartingHashKey: child.hashFrom, EndingHashKey: child.hashTo,
    },
  }))
}
