import type { Db, Input, Output } from '../state.ts'
import { Capacity } from './capacity.ts'
import { checkCondition, checkReturnValues, preparePut } from './change.ts'
import { collectionMetrics } from './collection.ts'
import { readItem, replaceItem } from './store.ts'

/** Puts an item in the place of the one that has its key, if the condition holds for that one. */
export async function PutItem(db: Db, input: Input<'PutItem'>): Promise<Output<'PutItem'>> {
  checkReturnValues(input.ReturnValues)
  const change = await preparePut(db, input)
  const { table, key } = change
  const old = await readItem(db, table, key)
  checkCondition(change, old)
  const capacity = new Capacity('write')
  await replaceItem(db, table, { key, old, next: change.next(old) }, capacity)
  return capacity.answer({
    ...input.ReturnValues === 'ALL_OLD' && old && { Attributes: old }, ConsumedCapacity: capacity.one(input.ReturnConsumedCapacity),
    ItemCollectionMetrics: await collectionMetrics(db, table, key, change.keyAttributes, input.ReturnItemCollectionMetrics),
  })
}
