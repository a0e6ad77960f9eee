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
