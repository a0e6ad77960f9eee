import type { StreamMode } from '@aws-sdk/client-kinesis'
import { streamArn, type Kinesis, type StreamRow } from '../state.ts'

/** What the descriptions and summaries of a stream share. */
export const streamView = (kinesis: Kinesis, stream: StreamRow) => ({
  StreamName: stream.name,
  StreamARN: streamArn(kinesis, stream.name),
  StreamStatus: 'ACTIVE' as const,
  StreamModeDetails: { StreamMode: stream.mode as StreamMode },
  StreamCreationTimestamp: new Date(stream.createdAt),
})

export const streamDetails = (kinesis: Kinesis, stream: StreamRow) => ({
  ...streamView(kinesis, stream),
  RetentionPeriodHours: stream.retentionHours,
  EnhancedMonitoring: [{ ShardLevelMetrics: stream.metrics as never[] }],
  ...stream.keyId === undefined ? { EncryptionType: 'NONE' as const } : { EncryptionType: 'KMS' as const, KeyId: stream.keyId },
})
