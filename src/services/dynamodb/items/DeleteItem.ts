import type { Db, Input, Output } from '../state.ts'
import { Capacity } from './capacity.ts'
import { checkCondition, checkReturnValues, prepareDelete } from './change.ts'
import { collectionMetrics } from './collection.ts'
import { readItem, replaceItem } from './store.ts'

/** Deletes the item with the key, if the condition holds for it; one that is not there is no error. */
export async function DeleteItem(db: Db, input: Input<'DeleteItem'>): Promise<Output<'DeleteItem'>> {
  checkReturnValues(input.ReturnValues)
  const change = await prepareDelete(db, input)
  const { table, key } = change
  const old = await readItem(db, table, key)
  checkCondition(change, old)
  const capacity = new Capacity('write')
  await replaceItem(db, table, { key, old, next: undefined }, capacity)
  return capacity.answer({
    ...input.ReturnValues === 'ALL_OLD' && old && { Attributes: old }, ConsumedCapacity: capacity.one(input.ReturnConsumedCapacity),
    ItemCollectionMetrics: await collectionMetrics(db, table, key, change.keyAttributes, input.ReturnItemCollectionMetrics),
  })
}
