import { childShards, shardNamed } from '../shards/shard.ts'
import { getBytesMax, InvalidArgumentException, placeOf, recordsPerGetMax, ResourceNotFoundException, type Input, type Kinesis, type Output } from '../state.ts'
import { iteratorOf, readIterator } from './iterator.ts'
import { measureRead } from '../monitoring/metrics.ts'
import { readRecords, recordView } from './positions.ts'
import { openRecords } from './sealing.ts'
import { admitRead, noteRead } from './throughput.ts'

/** Reads on from an iterator: up to 10,000 records and 10 MiB. At the end of a closed shard there is no next iterator, but its child shards. */
export async function GetRecords(caller: Kinesis, input: Input<'GetRecords'>): Promise<Output<'GetRecords'>> {
  if (input.DryRun) throw new InvalidArgumentException('DryRun is not supported by Fogbank.')
  const kinesis = placeOf(caller, input)
  const { streamName, streamId, shard: id, position } = readIterator(kinesis, input.ShardIterator!)
  const stream = await kinesis.tables.streams.get(streamName)
  if (stream?.id !== streamId) throw new ResourceNotFoundException(`Stream ${streamName} under account ${kinesis.account} not found.`)
  const shard = await shardNamed(kinesis, stream, id)
  admitRead(kinesis, stream, shard)
  const page = await readRecords(kinesis, stream, shard, position, { records: input.Limit ?? recordsPerGetMax, bytes: getBytesMax })
  const records = await openRecords(kinesis, stream, page.records)
  const bytes = records.reduce((sum, record) => sum + record.data.length, 0)
  noteRead(kinesis, stream, shard, bytes)
  measureRead(kinesis, stream, shard.shard, { bytes, records: records.length, ageMs: page.behindMs })
  return {
    Records: records.map(recordView), MillisBehindLatest: page.behindMs,
    ...page.ended ? { ChildShards: await childShards(kinesis, stream, shard) } : { NextShardIterator: iteratorOf(kinesis, stream, shard, page.next) },
  }
}
