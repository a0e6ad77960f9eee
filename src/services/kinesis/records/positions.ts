import { InvalidArgumentException, trimBefore, type Kinesis, type RecordRow, type ShardRow, type StreamRow } from '../state.ts'
import { sequenceAt, shardNumber, timeOfSequence } from './sequences.ts'

/** Where reading goes on: at a sequence number, or after it. */
export interface Position { mode: 'at' | 'after', sequence: string }

interface Start { type: string | undefined, sequence: string | undefined, timestamp: Date | undefined }

/** The position that GetShardIterator and SubscribeToShard name. */
export async function startPosition(kinesis: Kinesis, stream: StreamRow, shard: ShardRow, { type, sequence, timestamp }: Start): Promise<Position> {
  if (type === 'TRIM_HORIZON') return { mode: 'at', sequence: shard.sequenceFrom }
  if (type === 'LATEST') return latest(kinesis, stream, shard)
  if (type === 'AT_TIMESTAMP') {
    if (!timestamp) {
      throw new InvalidArgumentException('Must specify timestamp parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.')
    }
    if (timestamp.getTime() > kinesis.now()) {
      throw new InvalidArgumentException(
        `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${timestamp.getTime()}, `
        + `currentTimestampInMillis: ${kinesis.now()}`,
      )
    }
    return { mode: 'at', sequence: sequenceAt(timestamp.getTime(), shardNumber(shard.shard)) }
  }
  if (sequence === undefined) {
    throw new InvalidArgumentException(
      'Must either specify (1) AT_SEQUENCE_NUMBER and StartingSequenceNumber or (2) AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (3) '
      + `TRIM_HORIZON or (4) LATEST or (5) AT_TIMESTAMP. Request specified ${type} and no StartingSequenceNumber.`,
    )
  }
  if (timeOfSequence(sequence) === undefined || sequence < shard.sequenceFrom) {
    throw new InvalidArgumentException(
      `StartingSequenceNumber ${sequence} used in GetShardIterator on shard ${shard.shard} in stream ${stream.name} under account `
      + `${kinesis.account} is invalid.`,
    )
  }
  return { mode: type === 'AT_SEQUENCE_NUMBER' ? 'at' : 'after', sequence }
}

async function latest(kinesis: Kinesis, stream: StreamRow, shard: ShardRow): Promise<Position> {
  const [newest] = await kinesis.tables.records.list({ prefix: [stream.id, shard.shard], reverse: true, limit: 1 })
  return newest ? { mode: 'after', sequence: newest.sequence } : { mode: 'at', sequence: shard.sequenceFrom }
}

export interface Page {
  records: RecordRow[]
  next: Position
  /** Everything that the shard will ever have was read. */
  ended: boolean
  behindMs: number
}

/** Reads records from a position on, as many as fit the bounds. */
export async function readRecords(
  kinesis: Kinesis, stream: StreamRow, shard: ShardRow, from: Position, limits: { records: number, bytes: number }
): Promise<Page> {
  // The horizon is taken before the rows are read: what is numbered from here on is read the next time.
  const horizon = kinesis.state.sequences.horizon(`${stream.id}/${shard.shard}`)
  const trim = sequenceAt(trimBefore(kinesis, stream), 0)
  const key = [stream.id, shard.shard] as const
  const start = from.sequence < trim ? { from: [...key, trim] } : from.mode === 'at' ? { from: [...key, from.sequence] } : { after: [...key, from.sequence] }
  const records: RecordRow[] = []
  let bytes = 0
  let more = false
  for await (const record of kinesis.tables.records.each({ prefix: key, ...start, ...horizon !== undefined && { before: [...key, horizon] } })) {
    bytes += record.data.length
    if (records.length === limits.records || (bytes > limits.bytes && records.length > 0)) {
      more = true
      break
    }
    records.push(record)
  }
  const last = records.at(-1)
  const next: Position = last ? { mode: 'after', sequence: last.sequence } : from
  return { records, next, ended: !more && horizon === undefined && shard.closedAt !== undefined, behindMs: more ? kinesis.now() - last!.at : 0 }
}

export const recordView = (record: RecordRow) => ({
  SequenceNumber: record.sequence, ApproximateArrivalTimestamp: new Date(record.at), Data: record.data, PartitionKey: record.partitionKey,
  EncryptionType: record.sealed ? 'KMS' as const : 'NONE' as const,
})
