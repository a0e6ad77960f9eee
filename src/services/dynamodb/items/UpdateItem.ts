import { project } from '../expressions/projection.ts'
import type { Db, Input, Output } from '../state.ts'
import type { Item } from '../values/attribute-value.ts'
import { Capacity } from './capacity.ts'
import { checkCondition, prepareUpdate, type Change } from './change.ts'
import { collectionMetrics } from './collection.ts'
import { readItem, replaceItem } from './store.ts'

/** Changes attributes of the item with the key, which is made where it is not there, if the condition holds. */
export async function UpdateItem(db: Db, input: Input<'UpdateItem'>): Promise<Output<'UpdateItem'>> {
  const change = await prepareUpdate(db, input)
  const { table, key } = change
  const old = await readItem(db, table, key)
  checkCondition(change, old)
  const next = change.next(old)!
  const capacity = new Capacity('write')
  await replaceItem(db, table, { key, old, next }, capacity)
  const attributes = returned(input.ReturnValues, change, old, next)
  return capacity.answer({
    ...attributes && { Attributes: attributes }, ConsumedCapacity: capacity.one(input.ReturnConsumedCapacity),
    ItemCollectionMetrics: await collectionMetrics(db, table, key, change.keyAttributes, input.ReturnItemCollectionMetrics),
  })
}

function returned(asked: Input<'UpdateItem'>['ReturnValues'], change: Change, old: Item | undefined, next: Item): Item | undefined {
  const some = (item: Item | undefined) => item && Object.keys(item).length > 0 ? item : undefined
  switch (asked) {
    case 'ALL_OLD': return old
    case 'ALL_NEW': return next
    case 'UPDATED_OLD': return some(old && project(old, change.paths))
    case 'UPDATED_NEW': return some(project(next, change.paths))
  }
  return undefined
}
