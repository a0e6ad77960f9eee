import type { Select } from '@aws-sdk/client-dynamodb'
import { ValidationException } from '../../../platform/errors.ts'
import type { ListOptions } from '../../../platform/tables.ts'
import type { Condition, Path } from '../expressions/ast.ts'
import { meets } from '../expressions/evaluate.ts'
import { pageSizeBytesMax, type Db, type EntryRow, type IndexRow, type ItemRow, type Keys, type KeyText, type TableRow, violation } from '../state.ts'
import { itemSizeBytes, normalizeValue, typeOf, type Item } from '../values/attribute-value.ts'
import { Capacity, readUnits } from './capacity.ts'
import { hashOf, keyText, namesOf } from './keys.ts'
import { projected } from './projection.ts'
import { readItem } from './store.ts'

/** What a Query or Scan reads from, and what it does with each item. */
export interface Reading {
  table: TableRow
  index: IndexRow | undefined
  filter: Condition | undefined
  paths: Path[] | undefined
  select: Select | undefined
  limit: number | undefined
  consistent: boolean | undefined
  capacityAsked: string | undefined
}

export function indexNamed(table: TableRow, name: string | undefined): IndexRow | undefined {
  if (name === undefined) return undefined
  const index = table.indexes.find(each => each.name === name)
  if (!index) throw new ValidationException(`The table does not have the specified index: ${name}`)
  return index
}

/** The checks of Select, ConsistentRead and the projection against the table or index. */
export function checkReading({ table, index, paths, select, consistent, limit }: Reading): void {
  if (limit !== undefined && !(limit >= 1)) {
    throw violation(limit, 'limit', 'have value greater than or equal to 1')
  }
  if (index?.status === 'CREATING') throw new ValidationException(`Cannot read from backfilling global secondary index: ${index.name}`)
  if (index?.isGlobal && consistent) throw new ValidationException('Consistent reads are not supported on global secondary indexes')
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && !index) {
    throw new ValidationException('One or more parameter values were invalid: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName')
  }
  if (select === 'SPECIFIC_ATTRIBUTES' && !paths) {
    throw new ValidationException(
      'One or more parameter values were invalid: Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES'
    )
  }
  if (paths && select !== undefined && select !== 'SPECIFIC_ATTRIBUTES') {
    throw new ValidationException(
      `Cannot specify the AttributesToGet or ProjectionExpression when choosing to get ${select === 'COUNT' ? 'only the Count' : select}`
    )
  }
  if (!index?.isGlobal || index.projection.type === 'ALL') return
  if (select === 'ALL_ATTRIBUTES') {
    throw new ValidationException(`One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${
      index.name} because its projection type is not ALL`)
  }
  const known = new Set([...namesOf(table), ...namesOf(index), ...index.projection.nonKeyAttributes])
  const missing = paths?.map(([name]) => name).filter(name => !known.has(name)) ?? []
  if (missing.length > 0) {
    throw new ValidationException(`One or more parameter values were invalid: Global secondary index ${index.name} does not project [${missing.join(', ')}]`)
  }
}

export interface StartKey { item: Item, position: (string | number | Uint8Array)[], h: number, p: KeyText, s: KeyText }

/** Reads an ExclusiveStartKey: exactly the keys of the table, and of the index where there is one. */
export function startKeyOf({ table, index }: Pick<Reading, 'table' | 'index'>, key: Item): StartKey {
  const names = [...new Set([...namesOf(table), ...index ? namesOf(index) : []])]
  const fails = Object.keys(key).length !== names.length ||
    names.some(name => !Object.hasOwn(key, name) || typeOf(normalizeValue(key[name]!)) !== table.attributes[name])
  if (fails) {
    throw new ValidationException(
      index ? 'The provided starting key is invalid' : 'The provided starting key is invalid: The provided key element does not match the schema'
    )
  }
  const item = Object.fromEntries(names.map(name => [name, normalizeValue(key[name]!)]))
  const text = (keys: Keys) => ({ p: keyText(item[keys.hash]!), s: keys.range === undefined ? '' : keyText(item[keys.range]!) })
  const base = text(table)
  const { p, s } = index ? text(index) : base
  const h = hashOf(p)
  return { item, h, p, s, position: index ? [table.id, index.id, h, p, s, base.p, base.s] : [table.id, h, p, s] }
}

type Row = ItemRow | EntryRow

const chunkRowsMax = 256

/** The rows in growing chunks: one row may have 400 KB, and a page ends at 1 MB. */
async function * rowsOf(db: Db, { index, limit = Infinity }: Reading, options: ListOptions): AsyncIterable<Row> {
  const read = (range: ListOptions): Promise<Row[]> => index ? db.tables.entries.list(range) : db.tables.items.list(range)
  let range = options
  let left = limit
  for (let chunk = 16; left > 0; chunk = Math.min(chunk * 4, chunkRowsMax)) {
    const wanted = Math.min(chunk, left)
    const rows = await read({ ...range, limit: wanted })
    yield * rows
    if (rows.length < wanted) return
    left -= wanted
    const row = rows.at(-1)!
    const key = 'i' in row ? [row.t, row.i, row.h, row.p, row.s, row.bp, row.bs] : [row.t, row.h, row.p, row.s]
    range = options.reverse ? { ...range, before: key } : { ...range, after: key }
  }
}

/** Reads one page: at most `limit` items and 1 MB, before the filter. */
export async function readPage(db: Db, reading: Reading, options: ListOptions) {
  const { table, index, limit = Infinity } = reading
  const fetches = index && !index.isGlobal && index.projection.type !== 'ALL' && needsFetch(reading, index)
  const items: Item[] = []
  const capacity = new Capacity('read')
  let [count, scanned, sizeBytes] = [0, 0, 0]
  let last: Item | undefined
  let isCut = false
  for await (const row of rowsOf(db, reading, options)) {
    const rowSizeBytes = itemSizeBytes(row.item)
    if (scanned > 0 && sizeBytes + rowSizeBytes > pageSizeBytesMax) {
      isCut = true
      break
    }
    scanned++
    sizeBytes += rowSizeBytes
    last = row.item
    let item = row.item
    if (fetches && 'bp' in row) {
      item = await readItem(db, table, { h: row.h, p: row.bp, s: row.bs }) ?? item
      capacity.add(table, readUnits(itemSizeBytes(item), reading.consistent))
    }
    if (!reading.filter || meets(item, reading.filter)) {
      count++
      if (reading.select !== 'COUNT') items.push(projected(item, reading.paths))
    }
    if (scanned >= limit) {
      isCut = true
      break
    }
  }
  capacity.add(table, readUnits(sizeBytes, reading.consistent), index?.name)
  return capacity.answer({
    ...reading.select !== 'COUNT' && { Items: items }, Count: count, ScannedCount: scanned,
    ...isCut && last && { LastEvaluatedKey: lastKey(table, index, last) }, ConsumedCapacity: capacity.one(reading.capacityAsked),
  })
}

/** A local index fetches from the table what it does not project and the caller asks for. */
function needsFetch({ table, select, paths }: Reading, index: IndexRow): boolean {
  if (select === 'ALL_ATTRIBUTES') return true
  const known = new Set([...namesOf(table), ...namesOf(index), ...index.projection.nonKeyAttributes])
  return paths?.some(([name]) => !known.has(name)) ?? false
}

function lastKey(table: TableRow, index: IndexRow | undefined, item: Item): Item {
  const names = [...new Set([...namesOf(table), ...index ? namesOf(index) : []])]
  return Object.fromEntries(names.map(name => [name, item[name]!]))
}
