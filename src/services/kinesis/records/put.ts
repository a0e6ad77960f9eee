import { isOpen, shardFor } from '../shards/shard.ts'
import {
  InvalidArgumentException, placeOf, streamArn, streamNamed, type Kinesis, type NamesStream, type RecordRow, type StreamRow, type Ticket,
} from '../state.ts'

export interface NewRecord { data: Uint8Array, partitionKey: string, explicitHashKey: string | undefined }
export interface Written { shard: string, sequence: string }

/**
 * Writes records in one transaction, each to the open shard of its hash key, numbered in the order given. Readers are woken after the
 * numbers are settled, so that what they find includes these records.
 */
export async function putAll(caller: Kinesis, input: NamesStream & { DryRun?: boolean | undefined }, records: readonly NewRecord[]): Promise<Written[]> {
  if (input.DryRun) throw new InvalidArgumentException('DryRun is not supported by Fogbank.')
  const kinesis = placeOf(caller, input)
  let tickets: Ticket[] = []
  const settle = () => {
    for (const ticket of tickets) kinesis.state.sequences.settled(ticket)
    tickets = []
  }
  let name = ''
  let written: Written[] = []
  try {
    await kinesis.transact(async (inside: Kinesis) => {
      settle()
      const stream = await streamNamed(inside, input)
      name = stream.name
      for (const record of records) checkSize(stream, record)
      const open = (await inside.tables.shards.list({ prefix: [stream.id] })).filter(isOpen)
      const shards = records.map(record => shardFor(open, record.partitionKey, record.explicitHashKey).shard)
      const numbers = new Map<string, string[]>()
      for (const shard of new Set(shards)) {
        const ticket = await inside.state.sequences.allot(inside, stream.id, shard, shards.filter(one => one === shard).length)
        tickets.push(ticket)
        numbers.set(shard, [...ticket.numbers])
      }
      written = shards.map(shard => ({ shard, sequence: numbers.get(shard)!.shift()! }))
      const at = inside.now()
      const rows = records.map(({ data, partitionKey }, index): RecordRow => ({ stream: stream.id, ...written[index]!, partitionKey, data, at }))
      await Promise.all(rows.map(row => inside.tables.records.put(row)))
    })
  } finally {
    settle()
  }
  for (const shardId of new Set(written.map(one => one.shard))) kinesis.notify('kinesis.records.available', { streamArn: streamArn(kinesis, name), shardId })
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
