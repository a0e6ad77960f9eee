import type { Lambda } from '../state.ts'
import type { ShardWork } from './batches.ts'
import { recordFilter } from './filter.ts'
import type { Rest } from './rest.ts'
import { processRecords } from './rounds.ts'
import type { CheckpointRow } from './rows.ts'
import type { Poller } from './sqs.ts'
import { streamSource, type StreamPage, type StreamRecord, type StreamSource } from './streams.ts'
import { closeWindow, windowEndMs } from './windows.ts'

/** Iterators of Kinesis hold for five minutes: a shard at rest reads on with its own before. */
const iteratorMs = 5 * 60_000
const lookAgainMs = 4 * 60_000

/** Reads all shards of a stream until the mapping ends: each by itself, in order, children after their parents. */
export async function pollShards(lambda: Lambda, poller: Poller, rest: Rest): Promise<void> {
  const source = streamSource(lambda, poller.aws, poller.mapping()!, async () => {
    const { name, qualifier } = poller.mapping()!.function
    return (await lambda.state.cache.get(lambda, name, qualifier)).row.role
  })
  const shards = new Map<string, Rest>()
  let failure: unknown
  let isListed = false
  const consume = (id: string) => {
    const own = poller.newRest()
    shards.set(id, own)
    poller.spawn(async () => {
      try {
        await consumeShard(lambda, poller, source, id, own)
        isListed = false
      } catch (error) {
        failure = error
      } finally {
        shards.delete(id)
        rest.wake()
      }
    })
  }
  try {
    while (poller.mapping() && !failure) {
      if (!isListed) {
        isListed = true
        for (const id of await ready(lambda, poller, source)) if (!shards.has(id)) consume(id)
      }
      for (const own of shards.values()) own.wake()
      await rest.sleep()
    }
  } finally {
    // The others stop at their next step: where one failed, all begin anew from their checkpoints.
    poller.interrupt()
    while (shards.size > 0) {
      for (const own of shards.values()) own.wake()
      await rest.sleep()
    }
  }
  if (failure) throw failure
}

/** Shards that are not read to their end, and whose parents are. */
async function ready(lambda: Lambda, poller: Poller, source: StreamSource): Promise<string[]> {
  const all = await source.shards()
  const checkpoints = await lambda.tables.checkpoints.list({ prefix: [poller.mapping()!.uuid] })
  const done = new Set(checkpoints.filter(row => row.isDone).map(row => row.shard))
  const there = new Set(all.map(shard => shard.id))
  return all.filter(({ id, parents }) => !done.has(id) && parents.every(parent => done.has(parent) || !there.has(parent))).map(({ id }) => id)
}

async function consumeShard(lambda: Lambda, poller: Poller, source: StreamSource, shard: string, rest: Rest): Promise<void> {
  const mapping = poller.mapping()
  if (!mapping) return
  const checkpoint: CheckpointRow = await lambda.tables.checkpoints.get(mapping.uuid, shard) ?? { uuid: mapping.uuid, shard }
  const filters = await poller.filters()
  const work: ShardWork = { lambda, poller, rest, checkpoint, passes: recordFilter(mapping.kind, filters), filters: filters.join() }
  const reader = shardReader(lambda, source, work)
  while (poller.isPolling()) {
    const current = await poller.filters()
    if (current.join() !== work.filters) Object.assign(work, { passes: recordFilter(mapping.kind, current), filters: current.join() })
    const records = await gather(work, reader)
    if (records.length > 0) {
      if (!await processRecords(work, records)) return
      continue
    }
    if (reader.isAtEnd()) {
      if (checkpoint.window) await closeWindow(work)
      await lambda.tables.checkpoints.put({ ...checkpoint, isDone: true })
      return
    }
    const endMs = windowEndMs(work)
    if (endMs !== undefined && endMs <= lambda.now()) {
      await closeWindow(work)
      continue
    }
    await rest.sleep(Math.min(lambda.now() + lookAgainMs, endMs ?? Infinity))
  }
}

interface ShardReader { next(limit: number): Promise<StreamRecord[]>, isAtEnd(): boolean }

/** Reads on in a shard, with a new iterator where the old one has expired. */
function shardReader(lambda: Lambda, source: StreamSource, { checkpoint }: ShardWork): ShardReader {
  let iterator: string | undefined
  let takenAt = 0
  let isAtEnd = false
  let last = checkpoint.sequence
  const fresh = async () => {
    takenAt = lambda.now()
    const start = last === undefined ? checkpoint.start ?? { type: 'TRIM_HORIZON' as const } : { type: 'AFTER_SEQUENCE_NUMBER' as const, sequence: last }
    if (start.type === 'ITERATOR') return startingIterator(lambda, source, checkpoint.shard, start)
    return source.iterator(checkpoint.shard, start).catch((error: Error) => {
      // What comes next was trimmed meanwhile: the oldest that is left is next.
      if (error.name !== 'TrimmedDataAccessException' && error.name !== 'InvalidArgumentException') throw error
      return source.iterator(checkpoint.shard, { type: 'TRIM_HORIZON' })
    })
  }
  return {
    async next(limit) {
      if (isAtEnd) return []
      if (iterator === undefined || lambda.now() - takenAt >= iteratorMs) iterator = await fresh()
      let page: StreamPage
      try {
        page = await source.read(checkpoint.shard, iterator, limit)
      } catch (error) {
        if ((error as Error).name !== 'ExpiredIteratorException') throw error
        page = await source.read(checkpoint.shard, await fresh(), limit)
      }
      takenAt = lambda.now()
      iterator = page.next
      isAtEnd = page.next === undefined
      // DynamoDB tells the time of a record in whole seconds.
      const fromMs = last === undefined && checkpoint.start?.type === 'ITERATOR' ? Math.trunc(checkpoint.start.ms / 1000) * 1000 : 0
      last = page.records.at(-1)?.sequence ?? last
      return fromMs === 0 ? page.records : page.records.filter(record => record.at >= fromMs)
    },
    isAtEnd: () => isAtEnd,
  }
}

/** What LATEST was when the mapping was made: its iterator while it holds, then its time; by sequence as soon as a record is done with. */
async function startingIterator(lambda: Lambda, source: StreamSource, shard: string, { iterator, ms }: { iterator: string, ms: number }): Promise<string> {
  if (lambda.now() - ms < iteratorMs) return iterator
  return source.iterator(shard, { type: 'AT_TIMESTAMP', ms })
}

/** Records for one round: as many as the lanes take, or what has come when the batching window is over. */
async function gather({ lambda, poller, rest }: ShardWork, reader: ShardReader): Promise<StreamRecord[]> {
  const { batchSize, parallelization, windowSeconds } = poller.mapping()!
  const limit = batchSize * parallelization
  const records: StreamRecord[] = []
  let untilMs: number | undefined
  while (poller.isPolling() && records.length < limit) {
    const page = await reader.next(limit - records.length)
    records.push(...page)
    if (records.length === 0 || reader.isAtEnd()) break
    untilMs ??= lambda.now() + windowSeconds * 1000
    if (page.length > 0) continue
    if (lambda.now() >= untilMs) break
    await rest.sleep(untilMs)
  }
  return records
}
