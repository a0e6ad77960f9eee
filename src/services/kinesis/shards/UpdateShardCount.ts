import {
  InvalidArgumentException, LimitExceededException, shardsMax, streamArn, streamNamed, ValidationException, type Input, type Kinesis, type Output,
  type ShardRow, type StreamRow,
} from '../state.ts'
import { merge, split } from './reshard.ts'
import { evenRanges, isOpen } from './shard.ts'

/** Brings the stream to a number of even shards by splits and merges: at most double, at least half of what it has. */
export async function UpdateShardCount(kinesis: Kinesis, input: Input<'UpdateShardCount'>): Promise<Output<'UpdateShardCount'>> {
  const stream = await streamNamed(kinesis, input)
  const target = input.TargetShardCount!
  if (stream.mode === 'ON_DEMAND') {
    throw new ValidationException(
      `Request is invalid. Stream ${stream.name} under account ${kinesis.account} is in On-Demand mode.`,
    )
  }
  const open = await openByRange(kinesis, stream)
  const current = open.length
  const refuse = (bound: string) => new LimitExceededException(
    `UpdateShardCount cannot scale ${bound} from current open shard count. Current open shard count: ${current} Target shard count: ${target}`,
  )
  if (target > shardsMax) throw new LimitExceededException(`Target shard count ${target} exceeds the shard limit of ${shardsMax} for the account.`)
  if (target > 2 * current) throw refuse('up over double your current open shard count')
  if (target < Math.ceil(current / 2)) throw refuse('down below half your current open shard count')
  if (target === current) throw new InvalidArgumentException(`TargetShardCount ${target} is the current shard count of stream ${stream.name}.`)
  await reshape(kinesis, stream, evenRanges(target).map(range => range.from))
  await kinesis.tables.streams.put(stream)
  for (const { shard } of open) kinesis.notify('kinesis.records.available', { streamArn: streamArn(kinesis, stream.name), shardId: shard })
  return { StreamName: stream.name, StreamARN: streamArn(kinesis, stream.name), CurrentShardCount: current, TargetShardCount: target }
}

async function openByRange(kinesis: Kinesis, stream: StreamRow): Promise<ShardRow[]> {
  const open = (await kinesis.tables.shards.list({ prefix: [stream.id] })).filter(isOpen)
  return open.sort((a, b) => BigInt(a.hashFrom) < BigInt(b.hashFrom) ? -1 : 1)
}

/** Splits at every boundary that is missing, then merges over each that is too many. */
async function reshape(kinesis: Kinesis, stream: StreamRow, starts: bigint[]): Promise<void> {
  for (const start of starts) {
    const inside = (await openByRange(kinesis, stream)).find(shard => BigInt(shard.hashFrom) < start && start <= BigInt(shard.hashTo))
    if (inside) await split(kinesis, stream, inside, start)
  }
  const wanted = new Set(starts.map(String))
  const open = await openByRange(kinesis, stream)
  let kept = open[0]!
  for (const shard of open.slice(1)) kept = wanted.has(shard.hashFrom) ? shard : await merge(kinesis, stream, kept, shard)
}
