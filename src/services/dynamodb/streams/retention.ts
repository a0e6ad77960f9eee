import type { Db, StreamRow } from '../state.ts'
import { sequenceAt } from './sequence.ts'

export const retentionMs = 24 * 3_600_000
const trimIntervalMs = 3_600_000
const batchRows = 500

/** Removes the records of a stream that are older than 24 hours, once an hour; a stream that is off goes with its last one. */
export async function trimStream(db: Db, { table, label }: { table: string, label: string }): Promise<void> {
  const row = await db.tables.streams.get(table, label)
  if (!row) return
  const log = `${row.tableId}/${label}`
  const bound = db.now() - retentionMs
  for (let full = true; full;) {
    full = await db.transact(async inside => {
      const rows = await inside.tables.streamRecords.list({ prefix: [log], before: [log, sequenceAt(Math.max(0, bound))], limit: batchRows })
      for (const { sequence } of rows) await inside.tables.streamRecords.delete(log, sequence)
      return rows.length === batchRows
    })
  }
  await db.transact(async inside => {
    if (row.disabledMs !== undefined && row.disabledMs < bound) return inside.tables.streams.delete(table, label)
    scheduleTrim(inside as Db, row)
  })
}

export const scheduleTrim = (db: Db, { table, label }: Pick<StreamRow, 'table' | 'label'>): void =>
  db.enqueue('trimStream', { table, label }, { id: `${table}/${label}`, at: db.now() + trimIntervalMs })
