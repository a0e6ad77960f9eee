import { isOpen, shardFor } from '../shards/shard.ts'
import {
  InvalidArgumentException, placeOf, streamArn, streamNamed, type Kinesis, type NamesStream, type StreamRow,
} from '../state.ts'

export interface NewRecord { data: Uint8Array, partitionKey: string, explicitHashKey: string | undefined }
export interface Written { shard: string, sequence: string }

/** Writes records in one transaction, each to the open shard of its hash key, numbered in the order given. */
export async function putAll(caller: Kinesis, input: NamesStream & { DryRun?: boolean | undefined }, records: readonly NewRecord[]): Promise<Written[]> {
  if (input.DryRun) throw new InvalidArgumentException('DryRun is not supported by Fogbank.')
  const kinesis = placeOf(caller, input)
  const stream = await streamNamed(kinesis, input)
  for (const record of records) checkSize(stream, record)
  const open = (await kinesis.tables.shards.list({ prefix: [stream.id] })).filter(isOpen)
  const shards = records.map(record => shardFor(open, record.partitionKey, record.explicitHashKey).shard)
  const numbers = new Map<string, string[]>()
  for (const shard of new Set(shards)) {
    const newest = async () => (await kinesis.tables.records.list({ prefix: [stream.id, shard], reverse: true, limit: 1 }))[0]?.sequence
    numbers.set(shard, await kinesis.state.sequences.allot(kinesis, `${stream.id}/${shard}`, shards.filter(one => one === shard).length, newest))
    kinesis.notify('kinesis.records.available', { streamArn: streamArn(kinesis, stream.name), shardId: shard })
  }
  const written = shards.map(shard => ({ shard, sequence: numbers.get(shard)!.shift()! }))
  const at = kinesis.now()
  await Promise.all(records.map(({ data, partitionKey }, index) => kinesis.tables.records.put({ stream: stream.id, ...written[index]!, partitionKey, data, at })))
  return written
}

function checkSize(stream: StreamRow, { data, partitionKey }: NewRecord): void {
  const bytes = data.length + Buffer.byteLength(partitionKey)
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
