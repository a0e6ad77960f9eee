import type { ItemCollectionMetrics } from '@aws-sdk/client-dynamodb'
import type { Db, TableRow } from '../state.ts'
import { itemSizeBytes, type Item } from '../values/attribute-value.ts'
import type { ItemKey } from './keys.ts'

const gigabyte = 1024 ** 3

/** Size of all that shares the item's partition key; of tables with local secondary indexes, where it is asked for. */
export async function collectionMetrics(
  db: Db, table: TableRow, key: ItemKey, attributes: Item, asked: string | undefined
): Promise<ItemCollectionMetrics | undefined> {
  const local = table.indexes.filter(index => !index.isGlobal)
  if (asked !== 'SIZE' || local.length === 0) return undefined
  let sizeBytes = 0
  for await (const { item } of db.tables.items.each({ prefix: [table.id, key.h, key.p] })) sizeBytes += itemSizeBytes(item)
  for (const index of local) {
    for await (const { item } of db.tables.entries.each({ prefix: [table.id, index.id, key.h, key.p] })) sizeBytes += itemSizeBytes(item)
  }
  const lower = Math.floor(sizeBytes / gigabyte)
  return { ItemCollectionKey: { [table.hash]: attributes[table.hash]! }, SizeEstimateRangeGB: [lower, lower + 1] }
}
