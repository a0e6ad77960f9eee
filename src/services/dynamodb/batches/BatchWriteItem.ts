import type { ItemCollectionMetrics } from '@aws-sdk/client-dynamodb'
import { ValidationException } from '../../../platform/errors.ts'
import { Capacity } from '../items/capacity.ts'
import { prepareDelete, preparePut, type Change } from '../items/change.ts'
import { collectionMetrics } from '../items/collection.ts'
import { readItem, replaceItem } from '../items/store.ts'
import { type Db, type Input, type Output, violation } from '../state.ts'
import { checkDuplicates } from './BatchGetItem.ts'

const requestsMax = 25

/** Puts and deletes up to 25 items. Nothing is left unprocessed: there is no throttling. */
export async function BatchWriteItem(db: Db, input: Input<'BatchWriteItem'>): Promise<Output<'BatchWriteItem'>> {
  const tables = Object.entries(input.RequestItems ?? {})
  const count = tables.reduce((sum, [, requests]) => sum + requests.length, 0)
  if (tables.length === 0 || tables.some(([, requests]) => requests.length === 0)) {
    throw violation('{}', 'requestItems', 'have length greater than or equal to 1')
  }
  if (count > requestsMax) throw new ValidationException('Too many items requested for the BatchWriteItem call')
  const changes: Change[] = []
  for (const [name, requests] of tables) {
    const ofTable: Change[] = []
    for (const { PutRequest: put, DeleteRequest: remove } of requests) {
      if (!put === !remove) throw new ValidationException('Supplied WriteRequest must contain exactly one of PutRequest or DeleteRequest')
      ofTable.push(put ? await preparePut(db, { TableName: name, Item: put.Item }) : await prepareDelete(db, { TableName: name, Key: remove!.Key }))
    }
    checkDuplicates(ofTable.map(({ key }) => key))
    changes.push(...ofTable)
  }
  const capacity = new Capacity('write')
  const metrics: Record<string, ItemCollectionMetrics[]> = {}
  for (const { table, key, keyAttributes, next } of changes) {
    const old = await readItem(db, table, key)
    await replaceItem(db, table, { key, old, next: next(old) }, capacity)
    const measured = await collectionMetrics(db, table, key, keyAttributes, input.ReturnItemCollectionMetrics)
    if (measured) (metrics[table.name] ??= []).push(measured)
  }
  return capacity.answer({
    UnprocessedItems: {}, ConsumedCapacity: capacity.list(input.ReturnConsumedCapacity),
    ...Object.keys(metrics).length > 0 && { ItemCollectionMetrics: metrics },
  })
}
