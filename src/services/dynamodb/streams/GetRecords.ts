import type { GetRecordsInput, GetRecordsOutput } from '@aws-sdk/client-dynamodb-streams'
import type { Db, StreamRecordRow } from '../state.ts'
import { itemSizeBytes } from '../values/attribute-value.ts'
import { iteratorOf, readIterator } from './iterator.ts'
import { recordView } from './record.ts'
import { retentionMs } from './retention.ts'
import { sequenceAt } from './sequence.ts'
import { logOf, streamNamed } from './stream.ts'

const recordsMax = 1000
const bytesMax = 1024 * 1024

/** Reads on from an iterator: up to 1,000 records and 1 MB. There is no next iterator after the last record of a stream that is off. */
export async function GetRecords(db: Db, input: GetRecordsInput): Promise<GetRecordsOutput> {
  const { streamArn, position } = readIterator(db, input.ShardIterator!)
  const stream = await streamNamed(db, streamArn)
  const log = logOf(stream)
  // The horizon is taken before the rows are read: what is numbered from here on is read the next time.
  const horizon = db.state.sequences.horizon(log)
  const trim = sequenceAt(Math.max(0, db.now() - retentionMs))
  const start = position.sequence < trim
    ? { from: [log, trim] }
    : position.mode === 'at' ? { from: [log, position.sequence] }
    : { after: [log, position.sequence] }
  const rows: StreamRecordRow[] = []
  let bytes = 0
  let more = false
  for await (const row of db.tables.streamRecords.each({ prefix: [log], ...start, ...horizon !== undefined && { before: [log, horizon] } })) {
    bytes += sizeOf(row)
    if (rows.length === (input.Limit ?? recordsMax) || (bytes > bytesMax && rows.length > 0)) {
      more = true
      break
    }
    rows.push(row)
  }
  const last = rows.at(-1)
  const isEnded = !more && horizon === undefined && stream.disabledMs !== undefined
  return {
    Records: rows.map(row => recordView(db, row, stream.viewType)),
    ...!isEnded && { NextShardIterator: iteratorOf(db, streamArn, last ? { mode: 'after', sequence: last.sequence } : position) },
  }
}

const sizeOf = ({ keys, newImage, oldImage }: StreamRecordRow): number =>
  itemSizeBytes(keys) + (newImage ? itemSizeBytes(newImage) : 0) + (oldImage ? itemSizeBytes(oldImage) : 0)
