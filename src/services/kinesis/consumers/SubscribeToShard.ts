import type { SubscribeToShardEventStream } from '@aws-sdk/client-kinesis'
import { sequenceAt, shardNumber } from '../records/sequences.ts'
import { readRecords, recordView, startPosition, type Position } from '../records/positions.ts'
import { openRecords } from '../records/sealing.ts'
import { childShards, shardNamed } from '../shards/shard.ts'
import {
  InvalidArgumentException, placeOf, recordsPerGetMax, ResourceInUseException, ResourceNotFoundException, type ConsumerRow, type Input, type Kinesis,
  type Output, type ShardRow, type StreamRow,
} from '../state.ts'
import { consumerNamed } from './consumer.ts'

const subscriptionMs = 300_000
/** A second subscription is refused this soon after the first, and takes over later. */
const takeOverAfterMs = 5000
const heartbeatMs = 5000
const eventBytesMax = 1024 * 1024

/** Pushes a shard's records to a consumer as they arrive, for five minutes; at the end of a closed shard it tells the child shards. */
export async function SubscribeToShard(caller: Kinesis, input: Input<'SubscribeToShard'>): Promise<Output<'SubscribeToShard'>> {
  if (input.DryRun) throw new InvalidArgumentException('DryRun is not supported by Fogbank.')
  const kinesis = placeOf(caller, input)
  const consumer = await consumerNamed(kinesis, { ConsumerARN: input.ConsumerARN })
  const stream = (await kinesis.tables.streams.get(consumer.stream))!
  const shard = await shardNamed(kinesis, stream, input.ShardId!)
  const start = input.StartingPosition!
  const position = await startPosition(kinesis, stream, shard, { type: start.Type, sequence: start.SequenceNumber, timestamp: start.Timestamp })
  const key = `${consumer.arn}/${shard.shard}`
  const running = kinesis.state.subscriptions.get(key)
  if (running && kinesis.now() - running.since < takeOverAfterMs) {
    throw new ResourceInUseException(`Another active subscription exists for this consumer: ${kinesis.account}:${stream.name}:${shard.shard}:${consumer.name}`)
  }
  running?.end()
  return { EventStream: events(kinesis, { stream, shard, consumer, key }, position) }
}

interface Subscription { stream: StreamRow, shard: ShardRow, consumer: ConsumerRow, key: string }

async function * events(kinesis: Kinesis, subscription: Subscription, from: Position): AsyncGenerator<SubscribeToShardEventStream> {
  const { stream, key } = subscription
  const until = kinesis.now() + subscriptionMs
  const bell = newBell(kinesis, `${stream.id}/${subscription.shard.shard}`)
  const own = { since: kinesis.now(), end: () => { own.ended = true; bell.ring() }, ended: false }
  kinesis.state.subscriptions.set(key, own)
  let position = from
  try {
    while (!own.ended && kinesis.now() < until && !kinesis.signal.aborted) {
      const heard = bell.next(Math.min(until, kinesis.now() + heartbeatMs))
      const shard = await kinesis.tables.shards.get(stream.id, subscription.shard.shard)
      const current = await kinesis.tables.streams.get(stream.name)
      if (!shard || current?.id !== stream.id) throw new ResourceNotFoundException(`Stream ${stream.name} under account ${kinesis.account} not found.`)
      const page = await readRecords(kinesis, current, shard, position, { records: recordsPerGetMax, bytes: eventBytesMax })
      position = page.next
      const continuation = position.mode === 'after' ? position.sequence : sequenceAt(kinesis.now(), shardNumber(shard.shard))
      yield { SubscribeToShardEvent: {
        Records: (await openRecords(kinesis, current, page.records)).map(recordView), ContinuationSequenceNumber: page.ended ? undefined : continuation,
          MillisBehindLatest: page.behindMs,
        ...page.ended && { ChildShards: await childShards(kinesis, stream, shard) },
      } }
      if (page.ended) return
      if (page.behindMs === 0) await heard
    }
  } finally {
    bell.close()
    if (kinesis.state.subscriptions.get(key) === own) kinesis.state.subscriptions.delete(key)
  }
}

/** Rings when records of a shard have arrived, when a time has come, or when somebody rings it. */
function newBell(kinesis: Kinesis, shard: string) {
  let ring = () => {}
  const rung = () => ring()
  const waiting = kinesis.state.waiting.get(shard) ?? new Set()
  kinesis.state.waiting.set(shard, waiting.add(rung))
  kinesis.signal.addEventListener('abort', rung)
  return {
    ring: rung,
    next: (at: number) => new Promise<void>((resolve) => {
      const cancel = kinesis.clock.at(at, () => ring())
      ring = () => (cancel(), resolve())
    }),
    close() {
      ring()
      kinesis.signal.removeEventListener('abort', rung)
      waiting.delete(rung)
      if (waiting.size === 0) kinesis.state.waiting.delete(shard)
    },
  }
}
