import { ValidationException } from '../../../platform/errors.ts'
import type { ListOptions } from '../../../platform/tables.ts'
import type { Condition, Operand } from '../expressions/ast.ts'
import { parseCondition } from '../expressions/condition.ts'
import { beginsWith, compare } from '../expressions/evaluate.ts'
import { keyRangeOf, parseKeyCondition, type KeyRange, type KeyTest } from '../expressions/key-condition.ts'
import { Placeholders } from '../expressions/placeholders.ts'
import { parseProjection } from '../expressions/projection.ts'
import { tableFor, type Db, type Input, type Keys, type KeyText, type Output } from '../state.ts'
import { equalValues, type Value } from '../values/attribute-value.ts'
import { hashOf, keyText, namesOf } from './keys.ts'
import { fromFilter, fromKeyConditions, refuseMixture } from './legacy.ts'
import { legacyPaths } from './projection.ts'
import { checkReading, indexNamed, readPage, startKeyOf, type Reading, type StartKey } from './reading.ts'

/** Reads the items of one partition key, in the order of their sort key, from the table or an index. */
export async function Query(db: Db, input: Input<'Query'>): Promise<Output<'Query'>> {
  const { tests, filter, paths } = expressionsOf(input)
  const table = await tableFor(db, input.TableName)
  const index = indexNamed(table, input.IndexName)
  const reading: Reading = {
    table, index, filter, paths, select: input.Select, limit: input.Limit, consistent: input.ConsistentRead, capacityAsked: input.ReturnConsumedCapacity,
  }
  checkReading(reading)
  const keys: Keys = index ?? table
  const range = keyRangeOf(tests, { ...keys, types: table.attributes })
  checkFilter(filter, keys)
  const start = input.ExclusiveStartKey && startKeyOf(reading, input.ExclusiveStartKey)
  if (start && !isInside(start, keys, range)) {
    throw new ValidationException('The provided starting key is outside query boundaries based on provided conditions')
  }
  return readPage(db, reading, boundsOf(table.id, index?.id, range, start, input.ScanIndexForward === false))
}

function expressionsOf(input: Input<'Query'>) {
  const { KeyConditionExpression, FilterExpression, ProjectionExpression, KeyConditions } = input
  const legacy = ['AttributesToGet', 'QueryFilter', 'ConditionalOperator', ...KeyConditionExpression === undefined ? [] : ['KeyConditions']]
  refuseMixture(input, ['KeyConditionExpression', 'FilterExpression', 'ProjectionExpression'], legacy)
  const placeholders = new Placeholders(
    input, { ProjectionExpression, FilterExpression, KeyConditionExpression }, ['FilterExpression', 'KeyConditionExpression']
  )
  if (KeyConditionExpression === undefined && !KeyConditions) {
    throw new ValidationException('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.')
  }
  const filter = FilterExpression === undefined
    ? fromFilter(input.QueryFilter, input.ConditionalOperator)
    : parseCondition('FilterExpression', FilterExpression, placeholders)
  const paths = ProjectionExpression === undefined ? legacyPaths(input.AttributesToGet) : parseProjection(ProjectionExpression, placeholders)
  const tests = KeyConditionExpression === undefined ? fromKeyConditions(KeyConditions!) : parseKeyCondition(KeyConditionExpression, placeholders)
  placeholders.checkUsed()
  return { tests, filter, paths }
}

/** A filter may not speak of the keys of what is queried: that is the key condition's part. */
function checkFilter(filter: Condition | undefined, keys: Keys): void {
  if (!filter) return
  const names = namesOf(keys)
  const found = topLevelNames(filter).find(name => names.includes(name))
  if (found !== undefined) throw new ValidationException(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${found}`)
}

function topLevelNames(condition: Condition): string[] {
  const ofOperand = (operand: Operand): string[] => operand.kind === 'path' ? [operand.path[0]] : operand.kind === 'call' ? operand.args.flatMap(ofOperand) : []
  switch (condition.kind) {
    case 'and': case 'or': return [...topLevelNames(condition.left), ...topLevelNames(condition.right)]
    case 'not': return topLevelNames(condition.operand)
    case 'compare': return [condition.left, condition.right].flatMap(ofOperand)
    case 'between': return [condition.operand, condition.low, condition.high].flatMap(ofOperand)
    case 'in': return [condition.operand, ...condition.list].flatMap(ofOperand)
    case 'test': return condition.args.flatMap(ofOperand)
  }
}

function isInside(start: StartKey, keys: Keys, { hash, range }: KeyRange): boolean {
  if (!equalValues(start.item[keys.hash]!, hash)) return false
  return !range || passes(start.item[keys.range!]!, range)
}

function passes(value: Value, test: KeyTest): boolean {
  if (test.operator === 'BETWEEN') return compare('>=', value, test.low) && compare('<=', value, test.high)
  return test.operator === 'begins_with' ? beginsWith(value, test.value) : compare(test.operator, value, test.value)
}

/** The stretch of rows that the key condition names. */
function boundsOf(tableId: string, indexId: string | undefined, { hash, range }: KeyRange, start: StartKey | undefined, reverse: boolean): ListOptions {
  const p = keyText(hash)
  const prefix = [tableId, ...indexId === undefined ? [] : [indexId], hashOf(p), p]
  const bounds: ListOptions = { prefix, reverse }
  if (range) {
    const { from, before } = sortBounds(range)
    if (from !== undefined) bounds.from = [...prefix, from]
    if (before !== undefined) bounds.before = [...prefix, before]
  }
  if (start && reverse) bounds.before = start.position
  else if (start) bounds.after = start.position
  return bounds
}

/** The first sort key that a test takes, and the first behind those. */
function sortBounds(test: KeyTest): { from?: KeyText, before?: KeyText } {
  if (test.operator === 'BETWEEN') return { from: keyText(test.low), before: nextOf(keyText(test.high)) }
  const text = keyText(test.value)
  switch (test.operator) {
    case '=': return { from: text, before: nextOf(text) }
    case '<': return { before: text }
    case '<=': return { before: nextOf(text) }
    case '>': return { from: nextOf(text) }
    case '>=': return { from: text }
    case 'begins_with': return { from: text, ...behindPrefix(text as Uint8Array) }
  }
}

/** The least key above. */
const nextOf = (text: KeyText): KeyText => typeof text === 'string' ? `${text}\0` : Buffer.concat([text, Buffer.of(0)])

/** The least key above all that begin with the bytes; there is none where they are all 0xff. */
function behindPrefix(bytes: Uint8Array): { before?: KeyText } {
  let length = bytes.length
  while (length > 0 && bytes[length - 1] === 0xff) length--
  if (length === 0) return {}
  const next = Buffer.from(bytes.subarray(0, length))
  next[length - 1]!++
  return { before: next }
}
