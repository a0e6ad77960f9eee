import { ValidationException } from '../../../platform/errors.ts'
import { authorizePart } from '../authorization.ts'
import { Capacity, readUnits } from '../items/capacity.ts'
import { keyOfInput } from '../items/keys.ts'
import { projected, projectionFor } from '../items/projection.ts'
import { readItem } from '../items/store.ts'
import { tableFor, transactionSizeBytesMax, type Db, type Input, type Output } from '../state.ts'
import { itemSizeBytes } from '../values/attribute-value.ts'
import { checkCount, checkDistinct } from './TransactWriteItems.ts'

/** Reads up to 100 items as they were at one time. */
export async function TransactGetItems(db: Db, input: Input<'TransactGetItems'>): Promise<Output<'TransactGetItems'>> {
  const gets = []
  for (const { Get: get } of checkCount(input.TransactItems)) {
    if (!get) throw new ValidationException('TransactItems can only contain Get')
    await authorizePart(db, 'GetItem', get)
    const paths = projectionFor(get)
    const table = await tableFor(db, get.TableName)
    gets.push({ table, paths, key: keyOfInput(table, get.Key).key })
  }
  checkDistinct(gets)
  const capacity = new Capacity('read', 2)
  let sizeBytes = 0
  const responses = []
  for (const { table, key, paths } of gets) {
    const item = await readItem(db, table, key)
    const itemBytes = item ? itemSizeBytes(item) : 0
    sizeBytes += itemBytes
    capacity.add(table, readUnits(itemBytes, true))
    responses.push(item ? { Item: projected(item, paths) } : {})
  }
  if (sizeBytes > transactionSizeBytesMax) throw new ValidationException('Transaction request size exceeds the limit: 4 MB')
  return capacity.answer({ Responses: responses, ConsumedCapacity: capacity.list(input.ReturnConsumedCapacity) })
}
