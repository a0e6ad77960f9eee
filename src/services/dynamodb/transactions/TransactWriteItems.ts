import type { CancellationReason, ItemCollectionMetrics, TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { ValidationException } from '../../../platform/errors.ts'
import { authorizePart } from '../authorization.ts'
import { Capacity } from '../items/capacity.ts'
import { conditionHolds, prepareCheck, prepareDelete, preparePut, prepareUpdate, type Change } from '../items/change.ts'
import { collectionMetrics } from '../items/collection.ts'
import { readItem, replaceItem } from '../items/store.ts'
import { TransactionCanceledException, transactionSizeBytesMax, type Db, type Input, type Output, violation } from '../state.ts'
import { itemSizeBytes, type Item } from '../values/attribute-value.ts'
import { seenBefore } from './tokens.ts'

/** Changes up to 100 items together, or none of them; the reasons say which of them stood in the way. */
export async function TransactWriteItems(db: Db, input: Input<'TransactWriteItems'>): Promise<Output<'TransactWriteItems'>> {
  const entries = checkCount(input.TransactItems)
  const changes: Change[] = []
  for (const { ConditionCheck, Put, Update, Delete } of entries) {
    for (const [action, part] of Object.entries({ ConditionCheckItem: ConditionCheck, PutItem: Put, UpdateItem: Update, DeleteItem: Delete })) {
      if (part) await authorizePart(db, action, part)
    }
  }
  for (const entry of entries) changes.push(await prepare(db, entry))
  checkDistinct(changes)
  if (await seenBefore(db, input)) return {}
  const olds = await Promise.all(changes.map(change => readItem(db, change.table, change.key)))
  const nexts = decide(changes, olds)
  const sizeBytes = nexts.reduce((sum, item) => sum + (item ? itemSizeBytes(item) : 0), 0)
  if (sizeBytes > transactionSizeBytesMax) throw new ValidationException('Transaction request size exceeds the limit: 4 MB')
  const capacity = new Capacity('write', 2)
  const metrics: Record<string, ItemCollectionMetrics[]> = {}
  for (const [at, { table, key, keyAttributes }] of changes.entries()) {
    const isCheck = entries[at]!.ConditionCheck !== undefined
    const old = olds[at]
    if (isCheck) capacity.add(table, 1)
    else await replaceItem(db, table, { key, old, next: nexts[at] }, capacity)
    const measured = isCheck ? undefined : await collectionMetrics(db, table, key, keyAttributes, input.ReturnItemCollectionMetrics)
    if (measured) (metrics[table.name] ??= []).push(measured)
  }
  return capacity.answer({
    ConsumedCapacity: capacity.list(input.ReturnConsumedCapacity), ...Object.keys(metrics).length > 0 && { ItemCollectionMetrics: metrics },
  })
}

/** From 1 to 100 items. */
export function checkCount<T>(items: T[] | undefined): T[] {
  const count = items?.length ?? 0
  if (count >= 1 && count <= 100) return items!
  throw violation('[]', 'transactItems', `have length ${
    count < 1 ? 'greater than or equal to 1' : 'less than or equal to 100'}`)
}

function prepare(db: Db, entry: TransactWriteItem): Promise<Change> {
  const { ConditionCheck: check, Put: put, Update: update, Delete: remove } = entry
  if ([check, put, update, remove].filter(each => each !== undefined).length !== 1) {
    throw new ValidationException('TransactItems can only contain one of Check, Put, Update or Delete')
  }
  if (put) return preparePut(db, put)
  if (update) return prepareUpdate(db, update)
  return remove ? prepareDelete(db, remove) : prepareCheck(db, check!)
}

/** No two entries may name one item. */
export function checkDistinct(entries: Pick<Change, 'table' | 'key'>[]): void {
  const text = (part: string | Uint8Array) => typeof part === 'string' ? part : Buffer.from(part).toString('hex')
  const keys = entries.map(({ table, key }) => JSON.stringify([table.id, text(key.p), text(key.s)]))
  if (new Set(keys).size < keys.length) throw new ValidationException('Transaction request cannot include multiple operations on one item')
}

/** The items as they shall be; throws with a reason for each entry where one of them cannot be done. */
function decide(changes: Change[], olds: (Item | undefined)[]): (Item | undefined)[] {
  const reasons: CancellationReason[] = []
  const nexts = changes.map((change, at) => {
    const old = olds[at]
    reasons[at] = { Code: 'None' }
    if (!conditionHolds(change, old)) {
      reasons[at] = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', ...change.onFailure === 'ALL_OLD' && old && { Item: old } }
      return undefined
    }
    try {
      return change.next(old)
    } catch (error) {
      if (!(error instanceof ValidationException)) throw error
      reasons[at] = { Code: 'ValidationError', Message: error.message }
      return undefined
    }
  })
  if (reasons.every(({ Code }) => Code === 'None')) return nexts
  const codes = reasons.map(({ Code }) => Code).join(', ')
  throw new TransactionCanceledException(`Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`, {
    CancellationReasons: reasons
  })
}
