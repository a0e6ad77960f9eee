import type { ReturnValue } from '@aws-sdk/client-dynamodb'
import { ValidationException } from '../../../platform/errors.ts'
import { applyUpdate } from '../expressions/apply-update.ts'
import type { Condition, Path, Update } from '../expressions/ast.ts'
import { parseCondition } from '../expressions/condition.ts'
import { meets } from '../expressions/evaluate.ts'
import { Placeholders, type PlaceholderInput } from '../expressions/placeholders.ts'
import { parseUpdate, pathsOf } from '../expressions/update.ts'
import { ConditionalCheckFailedException, itemSizeBytesMax, tableFor, type Db, type TableRow } from '../state.ts'
import { itemSizeBytes, normalizeItem, type Item } from '../values/attribute-value.ts'
import { checkIndexKeys, keyOfInput, keyOfItem, namesOf, type ItemKey } from './keys.ts'
import { fromAttributeUpdates, fromExpected, refuseMixture } from './legacy.ts'

/** One change of one item, checked as far as it can be without the item that is there. */
export interface Change {
  table: TableRow
  key: ItemKey
  keyAttributes: Item
  condition: Condition | undefined
  /** The item as it shall be, from the one that is there; undefined where it shall be none. */
  next: (old: Item | undefined) => Item | undefined
  /** What an update writes. */
  paths: Path[]
  onFailure: string | undefined
}

export interface ChangeInput extends PlaceholderInput {
  TableName: string | undefined
  Item?: Item | undefined
  Key?: Item | undefined
  ConditionExpression?: string | undefined
  UpdateExpression?: string | undefined
  ReturnValues?: ReturnValue | undefined
  ReturnValuesOnConditionCheckFailure?: string | undefined
  Expected?: any
  ConditionalOperator?: any
  AttributeUpdates?: any
}

/** The conditions and updates of a request, from its expressions or its legacy parameters. */
function expressionsOf(input: ChangeInput, kind: 'put' | 'update' | 'delete' | 'check'): { condition: Condition | undefined, update: Update | undefined } {
  const isUpdate = kind === 'update'
  const { ConditionExpression, UpdateExpression } = input
  const expressions = isUpdate ? { UpdateExpression, ConditionExpression } : { ConditionExpression }
  refuseMixture(input, Object.keys(expressions), isUpdate ? ['AttributeUpdates', 'Expected', 'ConditionalOperator'] : ['Expected', 'ConditionalOperator'])
  const placeholders = new Placeholders(input, expressions, Object.keys(expressions))
  const update = isUpdate && UpdateExpression !== undefined ? parseUpdate(UpdateExpression, placeholders) : undefined
  const condition = ConditionExpression === undefined ? fromExpected(input.Expected, input.ConditionalOperator)
    : parseCondition('ConditionExpression', ConditionExpression, placeholders)
  placeholders.checkUsed()
  return { condition, update: update ?? fromAttributeUpdates(input.AttributeUpdates) }
}

export async function preparePut(db: Db, input: ChangeInput): Promise<Change> {
  const item = normalizeItem(input.Item ?? {})
  const { condition } = expressionsOf(input, 'put')
  if (itemSizeBytes(item) > itemSizeBytesMax) throw new ValidationException('Item size has exceeded the maximum allowed size')
  const table = await tableFor(db, input.TableName)
  const key = keyOfItem(table, item)
  checkIndexKeys(table, item, 'put')
  const keyAttributes = Object.fromEntries(namesOf(table).map(name => [name, item[name]!]))
  return { table, key, keyAttributes, condition, next: () => item, paths: [], onFailure: input.ReturnValuesOnConditionCheckFailure }
}

export async function prepareDelete(db: Db, input: ChangeInput): Promise<Change> {
  const { condition } = expressionsOf(input, 'delete')
  const table = await tableFor(db, input.TableName)
  const { key, attributes: keyAttributes } = keyOfInput(table, input.Key)
  return { table, key, keyAttributes, condition, next: () => undefined, paths: [], onFailure: input.ReturnValuesOnConditionCheckFailure }
}

/** A condition that must hold, and no change: ConditionCheck of a transaction. */
export async function prepareCheck(db: Db, input: ChangeInput): Promise<Change> {
  return { ...await prepareDelete(db, input), next: old => old }
}

export async function prepareUpdate(db: Db, input: ChangeInput): Promise<Change> {
  const { condition, update } = expressionsOf(input, 'update')
  const table = await tableFor(db, input.TableName)
  const { key, attributes: keyAttributes } = keyOfInput(table, input.Key)
  const paths = update ? pathsOf(update) : []
  const keyName = namesOf(table).find(name => paths.some(path => path[0] === name))
  if (keyName !== undefined) {
    throw new ValidationException(`One or more parameter values were invalid: Cannot update attribute ${keyName}. This attribute is part of the key`)
  }
  const next = (old: Item | undefined) => {
    const before = old ?? keyAttributes
    const item = update ? applyUpdate(before, update) : before
    // Only what is written is checked for depth and sets: the rest was checked when it was.
    if (itemSizeBytes(item) > itemSizeBytesMax) throw new ValidationException('Item size to update has exceeded the maximum allowed size')
    checkIndexKeys(table, item, 'update')
    return normalizeItem(item)
  }
  return { table, key, keyAttributes, condition, next, paths, onFailure: input.ReturnValuesOnConditionCheckFailure }
}

export const conditionHolds = (change: Change, old: Item | undefined): boolean => !change.condition || meets(old ?? {}, change.condition)

export function checkCondition(change: Change, old: Item | undefined): void {
  if (conditionHolds(change, old)) return
  throw new ConditionalCheckFailedException('The conditional request failed', change.onFailure === 'ALL_OLD' && old ? { Item: old } : {})
}

/** ReturnValues that the operation does not know are refused. */
export function checkReturnValues(asked: ReturnValue | undefined): void {
  if (asked !== undefined && asked !== 'NONE' && asked !== 'ALL_OLD') throw new ValidationException('ReturnValues can only be ALL_OLD or NONE')
}
