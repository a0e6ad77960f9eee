import type { Db, EntryRow, IndexRow, ItemRow, TableRow } from '../state.ts'
import { itemSizeBytes, type Item } from '../values/attribute-value.ts'
import { recordChange } from '../streams/record.ts'
import { expirySecondsOf } from '../ttl/expiry.ts'
import { writeUnits, type Capacity } from './capacity.ts'
import { keyAttributes, positionInIndex, type ItemKey } from './keys.ts'

export async function readItem(db: Db, table: TableRow, key: ItemKey): Promise<Item | undefined> {
  return (await db.tables.items.get(table.id, key.h, key.p, key.s))?.item
}

export interface Replacement { key: ItemKey, old: Item | undefined, next: Item | undefined, isExpiry?: boolean }

/** Writes an item (or deletes it, where there is no next), its index entries and its expiry. Counts what that used. */
export async function replaceItem(db: Db, table: TableRow, { key, old, next, isExpiry = false }: Replacement, capacity?: Capacity): Promise<void> {
  const row: ItemRow | undefined = next && { t: table.id, ...key, item: next }
  if (row) await db.tables.items.put(row)
  else if (old) await db.tables.items.delete(table.id, key.h, key.p, key.s)
  capacity?.add(table, writeUnits(Math.max(old ? itemSizeBytes(old) : 0, next ? itemSizeBytes(next) : 0)))
  for (const index of table.indexes) await replaceEntry(db, table, index, { key, old, next }, capacity)
  if (table.ttl) await replaceExpiry(db, table, { key, old, next })
  // A write that changes nothing leaves no record.
  if (table.stream?.enabled && (old || next) && !(old && next && sameItem(old, next))) await recordChange(db, table, { old, next, isExpiry })
}

async function replaceEntry(db: Db, table: TableRow, index: IndexRow, { key, old, next }: Replacement, capacity: Capacity | undefined): Promise<void> {
  const before = old && entryOf(table, index, key, old)
  const after = next && entryOf(table, index, key, next)
  if (!before && !after) return
  if (before && after && sameEntry(before, after)) return
  const moved = before && (!after || keyOfEntry(before) !== keyOfEntry(after))
  if (moved) {
    await db.tables.entries.delete(before.t, before.i, before.h, before.p, before.s, before.bp, before.bs)
    capacity?.add(table, writeUnits(itemSizeBytes(before.item)), index.name)
  }
  if (!after) return
  await db.tables.entries.put(after)
  capacity?.add(table, writeUnits(Math.max(itemSizeBytes(after.item), before && !moved ? itemSizeBytes(before.item) : 0)), index.name)
}

const textOf = (part: string | Uint8Array): string => typeof part === 'string' ? part : Buffer.from(part).toString('latin1')
const keyOfEntry = (row: EntryRow): string => `${textOf(row.p)}\n${row.s === '' ? '' : textOf(row.s)}`
const sameItem = (a: Item, b: Item): boolean => Buffer.compare(canonical(a), canonical(b)) === 0
const sameEntry = (a: EntryRow, b: EntryRow): boolean => sameItem(a.item, b.item)

function canonical(item: Item): Buffer {
  const plain = (_: string, value: unknown) => value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
  return Buffer.from(JSON.stringify(Object.entries(item).sort(([a], [b]) => a < b ? -1 : 1), plain))
}

/** The item's entry in an index; undefined where it has none, since it lacks a key of the index. */
export function entryOf(table: TableRow, index: IndexRow, key: ItemKey, item: Item): EntryRow | undefined {
  const position = positionInIndex(table, index, item)
  return position && { t: table.id, i: index.id, ...position, bp: key.p, bs: key.s, item: projectedItem(table, index, item) }
}

function projectedItem(table: TableRow, index: IndexRow, item: Item): Item {
  if (index.projection.type === 'ALL') return item
  const projected = { ...keyAttributes(table, item), ...keyAttributes(index, item) }
  for (const name of index.projection.nonKeyAttributes) if (Object.hasOwn(item, name)) projected[name] = item[name]!
  return projected
}

async function replaceExpiry(db: Db, table: TableRow, { key, old, next }: Replacement): Promise<void> {
  const before = old && expirySecondsOf(table, old)
  const after = next && expirySecondsOf(table, next)
  if (before === after) return
  if (before !== undefined) await db.tables.expiries.delete(table.id, before, key.h, key.p, key.s)
  if (after === undefined) return
  await db.tables.expiries.put({ t: table.id, at: after, ...key })
  await queueSweep(db, table, after)
}

/** Sees to it that the table is swept at the second, or before. */
export async function queueSweep(db: Db, table: TableRow, atSeconds: number): Promise<void> {
  const queued = await db.tables.sweeps.get(table.id)
  if (queued && queued.at <= atSeconds) return
  await db.tables.sweeps.put({ t: table.id, at: atSeconds })
  db.enqueue('sweep', { name: table.name, id: table.id }, { at: Math.max(db.now(), atSeconds * 1000), id: `sweep:${table.id}` })
}
