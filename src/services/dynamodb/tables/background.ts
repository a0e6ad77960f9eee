import { statisticsIntervalMs, tableArn, type Db, type TableRow } from '../state.ts'
import { entryOf } from '../items/store.ts'
import { itemSizeBytes } from '../values/attribute-value.ts'

const batchRows = 200

/** The table, unless it was deleted (or made anew) since the task was queued. */
async function living(db: Db, { name, id }: { name: string, id: string }): Promise<TableRow | undefined> {
  const table = await db.tables.tables.get(name)
  return table?.id === id ? table : undefined
}

/** Deletes what a table, or an index of it, left behind: a batch in each transaction. */
export async function purge(db: Db, { id, index }: { id: string, index?: string }): Promise<void> {
  const batch = (work: (inside: Db) => Promise<number>) => db.transact(inside => work(inside as Db))
  const entries = () => batch(async ({ tables }) => {
    const rows = await tables.entries.list({ prefix: index === undefined ? [id] : [id, index], limit: batchRows })
    for (const row of rows) await tables.entries.delete(row.t, row.i, row.h, row.p, row.s, row.bp, row.bs)
    return rows.length
  })
  const items = () => batch(async ({ tables }) => {
    const rows = await tables.items.list({ prefix: [id], limit: batchRows })
    for (const row of rows) await tables.items.delete(row.t, row.h, row.p, row.s)
    return rows.length
  })
  const expiries = () => batch(async ({ tables }) => {
    const rows = await tables.expiries.list({ prefix: [id], limit: batchRows })
    for (const row of rows) await tables.expiries.delete(row.t, row.at, row.h, row.p, row.s)
    return rows.length
  })
  for (const step of index === undefined ? [items, entries, expiries] : [entries]) while (await step() === batchRows);
}

/** Enters the items that were there before an index; writes since then enter themselves. */
export async function backfill(db: Db, task: { name: string, id: string, index: string }): Promise<void> {
  let after: (string | number | Uint8Array)[] | undefined = []
  while (after) {
    const from: (string | number | Uint8Array)[] = after
    after = await db.transact(async inside => {
      const table = await living(inside as Db, task)
      const index = table?.indexes.find(each => each.id === task.index)
      if (!table || !index) return undefined
      const rows = await inside.tables.items.list({ prefix: [table.id], limit: batchRows, ...from.length > 0 && { after: from as any } })
      for (const { h, p, s, item } of rows) {
        const entry = entryOf(table, index, { h, p, s }, item)
        if (entry) await inside.tables.entries.put(entry)
      }
      const last = rows.at(-1)
      if (rows.length === batchRows) return [table.id, last!.h, last!.p, last!.s]
      index.status = 'ACTIVE'
      await inside.tables.tables.put(table)
      return undefined
    })
  }
}

/** Counts the items of a table and its indexes, bills their storage since the last count, and queues the next one. */
export async function count(db: Db, task: { name: string, id: string }): Promise<void> {
  const table = await living(db, task)
  if (!table) return
  const statistics: TableRow['statistics'] = {}
  const tally = async (key: string, rows: AsyncIterable<{ item: Parameters<typeof itemSizeBytes>[0] }>) => {
    const sum = statistics[key] = { items: 0, sizeBytes: 0 }
    for await (const { item } of rows) {
      sum.items++
      sum.sizeBytes += itemSizeBytes(item)
    }
  }
  await tally('', db.tables.items.each({ prefix: [table.id] }))
  for (const index of table.indexes) await tally(index.id, db.tables.entries.each({ prefix: [table.id, index.id] }))
  await db.transact(async inside => {
    const now = await living(inside as Db, task)
    if (!now) return
    await inside.tables.tables.put({ ...now, statistics })
    inside.enqueue('count', task, { at: inside.now() + statisticsIntervalMs, id: `count:${task.id}` })
  })
  bill(db, { ...table, statistics })
}

const hours = statisticsIntervalMs / 3_600_000
/** What AWS adds to each item for its index of it. */
const overheadBytes = 100

/** The storage of a table and its indexes since the last count, and its provisioned throughput, which is paid whether it is used or not. */
function bill(db: Db, { name, statistics, billing, throughput, indexes, tableClass }: TableRow): void {
  const { account, region } = db
  const record = (operation: string, usageType: string, quantity: number, unit: string) => db.sinks.usage({
    account, region, service: 'AmazonDynamoDB', usageType, operation, resource: tableArn(db, name), quantity, unit, at: db.now(),
  })
  const bytes = Object.values(statistics).reduce((sum, { items, sizeBytes }) => sum + sizeBytes + items * overheadBytes, 0)
  record('StandardStorage', `${tableClass === 'STANDARD' ? '' : 'IA-'}TimedStorage-ByteHrs`, bytes * hours, 'Byte-Hrs')
  if (billing.mode !== 'PROVISIONED') return
  const all = [throughput, ...indexes.filter(({ isGlobal }) => isGlobal).map(index => index.throughput)]
  record('CommittedThroughput', 'ReadCapacityUnit-Hrs', all.reduce((sum, { read }) => sum + read, 0) * hours, 'ReadCapacityUnit-Hrs')
  record('CommittedThroughput', 'WriteCapacityUnit-Hrs', all.reduce((sum, { write }) => sum + write, 0) * hours, 'WriteCapacityUnit-Hrs')
}
