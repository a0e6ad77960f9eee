import type { StreamSpecification } from '@aws-sdk/client-dynamodb'
import { ValidationException } from '../../../platform/errors.ts'
import { ResourceNotFoundException, tableArn, type Db, type StreamRow, type TableRow } from '../state.ts'
import { scheduleTrim } from './retention.ts'
import { sequenceAt } from './sequence.ts'

/** Gives a table a stream, or switches its stream off; the table's row is the caller's to write. */
export async function applyStream(db: Db, table: TableRow, specification: StreamSpecification | undefined, isNew: boolean): Promise<void> {
  if (!specification) return
  if (specification.StreamEnabled) return switchOn(db, table, specification.StreamViewType)
  if (specification.StreamViewType) {
    throw new ValidationException('One or more parameter values were invalid: StreamViewType specified, but StreamEnabled is false')
  }
  if (isNew) return
  if (!table.stream?.enabled) throw new ValidationException(`Table is not a stream enabled table: TableName: ${table.name}`)
  await switchOff(db, table)
}

async function switchOn(db: Db, table: TableRow, viewType: StreamSpecification['StreamViewType']): Promise<void> {
  if (!viewType) throw new ValidationException('One or more parameter values were invalid: StreamEnabled is true, but StreamViewType is not specified')
  if (table.stream?.enabled) throw new ValidationException(`Table already has an enabled stream: TableName: ${table.name}`)
  const { name, id, hash, range } = table
  const label = new Date(db.now()).toISOString().slice(0, -1)
  const row: StreamRow = { table: name, label, tableId: id, viewType, hash, ...range !== undefined && { range }, createdMs: db.now() }
  table.stream = { viewType, label, enabled: true }
  await db.tables.streams.put(row)
  scheduleTrim(db, row)
}

/** The stream of a table takes no more records; what it holds is read for 24 hours yet. */
export async function switchOff(db: Db, table: TableRow): Promise<void> {
  if (!table.stream?.enabled) return
  const row = await db.tables.streams.get(table.name, table.stream.label)
  if (row) await db.tables.streams.put({ ...row, disabledMs: db.now() })
  table.stream = { ...table.stream, enabled: false }
  notifyReaders(db, table.name, table.stream.label, row)
}

export function notifyReaders(db: Db, table: string, label: string, row: Pick<StreamRow, 'tableId' | 'createdMs'> | undefined): void {
  if (row) db.notify('dynamodb.stream.records.available', { streamArn: streamArn(db, table, label), shardId: shardId(row) })
}

export const streamArn = (db: Db, table: string, label: string): string => `${tableArn(db, table)}/stream/${label}`

/** A stream has one shard, which ends when the stream is switched off. */
export const shardId = ({ tableId, createdMs }: Pick<StreamRow, 'tableId' | 'createdMs'>): string =>
  `shardId-${String(createdMs).padStart(20, '0')}-${tableId.slice(0, 8)}`

/** Names the records of a stream: a table made anew under the name, in the same millisecond, does not share them. */
export const logOf = ({ tableId, label }: Pick<StreamRow, 'tableId' | 'label'>): string => `${tableId}/${label}`

export async function streamNamed(db: Db, arn: string): Promise<StreamRow> {
  const [, table, label] = /:table\/([^/]+)\/stream\/(.+)$/.exec(arn) ?? []
  const row = table !== undefined && label !== undefined ? await db.tables.streams.get(table, label) : undefined
  if (!row) throw new ResourceNotFoundException(`Requested resource not found: Stream: ${arn} not found`)
  return row
}

/** The range of the shard's sequence numbers; it has an end when the stream is off. */
export const sequenceRange = (stream: StreamRow) => ({
  StartingSequenceNumber: sequenceAt(stream.createdMs), ...stream.disabledMs !== undefined && { EndingSequenceNumber: sequenceAt(stream.disabledMs + 1) },
})
