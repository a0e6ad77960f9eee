import type { GetShardIteratorInput, GetShardIteratorOutput } from '@aws-sdk/client-dynamodb-streams'
import { ValidationException } from '../../../platform/errors.ts'
import { ResourceNotFoundException, TrimmedDataAccessException, type Db, type StreamRow } from '../state.ts'
import { iteratorOf, type Position } from './iterator.ts'
import { retentionMs } from './retention.ts'
import { isSequence, sequenceAt } from './sequence.ts'
import { logOf, shardId, streamArn, streamNamed } from './stream.ts'

/** Where reading begins; the iterator holds for 15 minutes. */
export async function GetShardIterator(db: Db, input: GetShardIteratorInput): Promise<GetShardIteratorOutput> {
  const stream = await streamNamed(db, input.StreamArn!)
  if (input.ShardId !== shardId(stream)) {
    throw new ResourceNotFoundException(`Requested resource not found: Shard: ${input.ShardId} in Stream: ${input.StreamArn} not found`)
  }
  return { ShardIterator: iteratorOf(db, streamArn(db, stream.table, stream.label), await startPosition(db, stream, input)) }
}

async function startPosition(db: Db, stream: StreamRow, { ShardIteratorType: type, SequenceNumber: sequence }: GetShardIteratorInput): Promise<Position> {
  if (type === 'TRIM_HORIZON') return { mode: 'at', sequence: sequenceAt(stream.createdMs) }
  if (type === 'LATEST') {
    const [newest] = await db.tables.streamRecords.list({ prefix: [logOf(stream)], reverse: true, limit: 1 })
    return newest ? { mode: 'after', sequence: newest.sequence } : { mode: 'at', sequence: sequenceAt(stream.createdMs) }
  }
  if (sequence === undefined) throw new ValidationException(`The parameter SequenceNumber is required for ShardIteratorType ${type}`)
  if (!isSequence(sequence)) throw new ValidationException('Invalid SequenceNumber')
  if (sequence < sequenceAt(Math.max(stream.createdMs, db.now() - retentionMs))) {
    throw new TrimmedDataAccessException('The operation attempted to read past the oldest stream record in a shard.')
  }
  return { mode: type === 'AT_SEQUENCE_NUMBER' ? 'at' : 'after', sequence }
}
