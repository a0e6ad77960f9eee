import { tableFor, type Db, type Input, type Output } from '../state.ts'
import { itemSizeBytes } from '../values/attribute-value.ts'
import { Capacity, readUnits } from './capacity.ts'
import { keyOfInput } from './keys.ts'
import { projected, projectionFor } from './projection.ts'
import { readItem } from './store.ts'

/** Reads the item with the key; the output has no Item where there is none. Every read is consistent. */
export async function GetItem(db: Db, input: Input<'GetItem'>): Promise<Output<'GetItem'>> {
  const paths = projectionFor(input)
  const table = await tableFor(db, input.TableName)
  const item = await readItem(db, table, keyOfInput(table, input.Key).key)
  const capacity = new Capacity('read')
  capacity.add(table, readUnits(item ? itemSizeBytes(item) : 0, input.ConsistentRead))
  return capacity.answer({ ...item && { Item: projected(item, paths) }, ConsumedCapacity: capacity.one(input.ReturnConsumedCapacity) })
}
