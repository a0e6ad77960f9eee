import { measureWrite } from '../monitoring/metrics.ts'
import { isOpen, shardFor } from '../shards/shard.ts'
import { dataSealer } from './sealing.ts'
import { admitWrite } from './throughput.ts'
import {
  InvalidArgumentException, placeOf, streamArn, streamNamed, type Kinesis, type NamesStream, type StreamRow,
} from '../state.ts'

export interface NewRecord { data: Uint8Array, partitionKey: string, explicitHashKey: string | undefined }
/** Where a record was written, or why it was not. */
export type Written = { shard: string, sequence: string } | { error: Error }

/** Writes records in one transaction, each to the open shard of its hash key, numbered in the order given; those that exceed a shard's share are not. */
export async function putAll(
  caller: Kinesis, input: NamesStream & { DryRun?: boolean | undefined }, records: readonly NewRecord[]
): Promise<{ written: Written[], encrypted: boolean }> {
  if (input.DryRun) throw new InvalidArgumentException('DryRun is not supported by Fogbank.')
  const kinesis = placeOf(caller, input)
  const stream = await streamNamed(kinesis, input)
  for (const record of records) checkSize(stream, record)
  const open = (await kinesis.tables.shards.list({ prefix: [stream.id] })).filter(isOpen)
  const shards = records.map(record => shardFor(open, record.partitionKey, record.explicitHashKey).shard)
  const stored = await dataSealer(kinesis, stream)
  const refused = records.map((record, at) => admitWrite(kinesis, stream, shards[at]!, bytesOf(record)))
  const numbers = new Map<string, string[]>()
  for (const shard of new Set(shards.filter((_, at) => !refused[at]))) {
    const newest = async () => (await kinesis.tables.records.list({ prefix: [stream.id, shard], reverse: true, limit: 1 }))[0]?.sequence
    const mine = records.filter((_, at) => shards[at] === shard && !refused[at])
    numbers.set(shard, await kinesis.state.sequences.allot(kinesis, `${stream.id}/${shard}`, mine.length, newest))
    kinesis.notify('kinesis.records.available', { streamArn: streamArn(kinesis, stream.name), shardId: shard })
    measureWrite(kinesis, stream, shard, { bytes: mine.reduce((sum, record) => sum + bytesOf(record), 0), records: mine.length })
  }
  const written: Written[] = shards.map((shard, at) => refused[at] ? { error: refused[at] } : { shard, sequence: numbers.get(shard)!.shift()! })
  const now = kinesis.now()
  await Promise.all(records.map(async ({ data, partitionKey }, index) => {
    const place = written[index]!
    if (!('error' in place)) await kinesis.tables.records.put({ stream: stream.id, ...place, partitionKey, ...stored(data), at: now })
  }))
  return { written, encrypted: stream.keyId !== undefined }
}

const bytesOf = ({ data, partitionKey }: NewRecord): number => data.length + Buffer.byteLength(partitionKey)

function checkSize(stream: StreamRow, record: NewRecord): void {
  const bytes = bytesOf(record)
  if (bytes <= stream.maxRecordKiB * 1024) return
  throw new InvalidArgumentException(
    `Record of ${bytes} bytes (data and partition key) is larger than the ${stream.maxRecordKiB} KiB that stream ${stream.name} takes.`,
  )
}

/** AWS asks for a partition key wherever records are distributed by it. */
export function partitionKeyOf(key: string | undefined): string {
  if (key === undefined) {
    throw new InvalidArgumentException('PartitionKey must be provided for a stream with the USER_PARTITION_KEY record distribution strategy.')
  }
  return key
}
