import type { ConsumedCapacity, ItemCollectionMetrics } from '@aws-sdk/client-dynamodb'
import type { Db } from '../state.ts'
import type { Item } from '../values/attribute-value.ts'
import { Capacity } from './capacity.ts'
import { checkCondition, type Change } from './change.ts'
import { collectionMetrics } from './collection.ts'
import { readItem, replaceItem } from './store.ts'

interface Asked { ReturnConsumedCapacity?: string | undefined, ReturnItemCollectionMetrics?: string | undefined }
interface Written { Attributes?: Item, ConsumedCapacity: ConsumedCapacity | undefined, ItemCollectionMetrics: ItemCollectionMetrics | undefined }

/** Carries a change out, if its condition holds for the item that is there. `shown`: the attributes that the caller asked for. */
export async function writeItem(
  db: Db, asked: Asked, change: Change, shown: (old: Item | undefined, next: Item | undefined) => Item | undefined,
): Promise<Written> {
  const { table, key } = change
  const old = await readItem(db, table, key)
  checkCondition(change, old)
  const next = change.next(old)
  const capacity = new Capacity('write')
  await replaceItem(db, table, { key, old, next }, capacity)
  const attributes = shown(old, next)
  return capacity.answer({
    ...attributes && { Attributes: attributes }, ConsumedCapacity: capacity.one(asked.ReturnConsumedCapacity),
    ItemCollectionMetrics: await collectionMetrics(db, table, key, change.keyAttributes, asked.ReturnItemCollectionMetrics),
  })
}
