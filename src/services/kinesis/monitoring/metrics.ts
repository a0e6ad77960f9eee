import type { MetricsName } from '@aws-sdk/client-kinesis'
import { streamArn, type Kinesis, type StreamRow } from '../state.ts'

const all = [
  'IncomingBytes', 'IncomingRecords', 'OutgoingBytes', 'OutgoingRecords', 'WriteProvisionedThroughputExceeded', 'ReadProvisionedThroughputExceeded',
  'IteratorAgeMilliseconds',
]

/** The metrics that a request names, `ALL` spelled out. */
export const metricsNamed = (names: readonly string[] | undefined): string[] => names?.includes('ALL') ? all : [...names ?? []]

/** Writes the stream's metrics; tells those before and after. */
export async function changed(kinesis: Kinesis, stream: StreamRow, metrics: string[]) {
  await kinesis.tables.streams.put({ ...stream, metrics })
  return {
    StreamName: stream.name, StreamARN: streamArn(kinesis, stream.name),
    CurrentShardLevelMetrics: stream.metrics as MetricsName[], DesiredShardLevelMetrics: metrics as MetricsName[],
  }
}

/** Reports a figure of a stream to CloudWatch, or of one of its shards. */
function measure(kinesis: Kinesis, stream: StreamRow, name: string, value: number, unit: string, shard?: string): void {
  const datum = { account: kinesis.account, region: kinesis.region, namespace: 'AWS/Kinesis', name, value, unit, at: kinesis.now() }
  kinesis.sinks.metric({ ...datum, dimensions: { StreamName: stream.name, ...shard !== undefined && { ShardId: shard } } })
}

/** The figure of the stream and, where its enhanced monitoring names it, of the shard. */
export function measureShard(kinesis: Kinesis, stream: StreamRow, shard: string, name: string, value: number, unit = 'Count'): void {
  measure(kinesis, stream, name, value, unit)
  if (stream.metrics.includes(name)) measure(kinesis, stream, name, value, unit, shard)
}

export function measureWrite(kinesis: Kinesis, stream: StreamRow, shard: string, { bytes, records }: { bytes: number, records: number }): void {
  measureShard(kinesis, stream, shard, 'IncomingBytes', bytes, 'Bytes')
  measureShard(kinesis, stream, shard, 'IncomingRecords', records)
}

/** AWS names the stream's figures of reads after the operation, the shard's after their direction. */
export function measureRead(
  kinesis: Kinesis, stream: StreamRow, shard: string, { bytes, records, ageMs }: { bytes: number, records: number, ageMs: number }
): void {
  const figures: [ofStream: string, ofShard: string, value: number, unit: string][] = [
    ['GetRecords.Bytes', 'OutgoingBytes', bytes, 'Bytes'], ['GetRecords.Records', 'OutgoingRecords', records, 'Count'],
    ['GetRecords.IteratorAgeMilliseconds', 'IteratorAgeMilliseconds', ageMs, 'Milliseconds'],
  ]
  for (const [ofStream, ofShard, value, unit] of figures) {
    measure(kinesis, stream, ofStream, value, unit)
    if (stream.metrics.includes(ofShard)) measure(kinesis, stream, ofShard, value, unit, shard)
  }
}
