import { ValidationException } from '../../../platform/errors.ts'
import { compareValues, describeValue, typeOf, type Value } from '../values/attribute-value.ts'
import type { Comparator, Condition, Operand } from './ast.ts'
import { parseCondition } from './condition.ts'
import type { Placeholders } from './placeholders.ts'

/** A condition on one key attribute. */
export type KeyTest =
  | { operator: Exclude<Comparator, '<>'> | 'begins_with', value: Value }
  | { operator: 'BETWEEN', low: Value, high: Value }

export interface KeySchema { hash: string, range?: string, types: Record<string, string> }

const invalid = (message: string) => new ValidationException(`Invalid KeyConditionExpression: ${message}`)
const mirrored: Record<string, Comparator> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

/** Parses `pk = :p AND sk BETWEEN :a AND :b`; the tests by attribute. */
export function parseKeyCondition(source: string, placeholders: Placeholders): Map<string, KeyTest> {
  const tests = new Map<string, KeyTest>()
  collect(parseCondition('KeyConditionExpression', source, placeholders), tests)
  return tests
}

function collect(condition: Condition, tests: Map<string, KeyTest>): void {
  if (condition.kind === 'and') {
    collect(condition.left, tests)
    return collect(condition.right, tests)
  }
  const { name, test } = keyTest(condition)
  if (tests.has(name)) throw new ValidationException('KeyConditionExpressions must only contain one condition per key')
  tests.set(name, test)
}

function keyTest(condition: Condition): { name: string, test: KeyTest } {
  switch (condition.kind) {
    case 'or': case 'not': case 'in': throw operatorError(condition.kind.toUpperCase())
    case 'compare': {
      if (condition.operator === '<>') throw operatorError('<>')
      const { name, values, first } = operandsOf([condition.left, condition.right])
      return { name, test: { operator: (first ? condition.operator : mirrored[condition.operator]) as Exclude<Comparator, '<>'>, value: values[0]! } }
    }
    case 'between': {
      const { name, values, first } = operandsOf([condition.operand, condition.low, condition.high])
      if (!first) {
        throw new ValidationException('Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand')
      }
      return { name, test: { operator: 'BETWEEN', low: values[0]!, high: values[1]! } }
    }
    case 'test': {
      if (condition.name !== 'begins_with') throw operatorError(condition.name)
      const { name, values, first } = operandsOf(condition.args)
      if (!first) {
        throw new ValidationException('Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand')
      }
      return { name, test: { operator: 'begins_with', value: values[0]! } }
    }
  }
  throw operatorError('AND')
}

const operatorError = (name: string) => new ValidationException(`Invalid operator used in KeyConditionExpression: ${name}`)

function operandsOf(operands: Operand[]): { name: string, values: Value[], first: boolean } {
  const paths = operands.filter(operand => operand.kind === 'path')
  const values = operands.filter(operand => operand.kind === 'value').map(({ value }) => value)
  const call = operands.find(operand => operand.kind === 'call')
  if (call) throw new ValidationException('KeyConditionExpressions cannot contain nested operations')
  if (paths.length > 1) throw new ValidationException('Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition')
  const [found] = paths
  if (!found) throw new ValidationException('Invalid condition in KeyConditionExpression: No key attribute specified')
  if (found.path.length > 1) throw new ValidationException('KeyConditionExpressions cannot have conditions on nested attributes')
  return { name: found.path[0], values, first: operands[0] === found }
}

export interface KeyRange { hash: Value, range?: KeyTest }

/** Fits the tests to the keys of a table or index, with AWS's messages for what does not fit. */
export function keyRangeOf(tests: Map<string, KeyTest>, schema: KeySchema): KeyRange {
  if (tests.size > 2) throw new ValidationException('Conditions can be of length 1 or 2 only')
  const hash = tests.get(schema.hash)
  if (!hash) throw new ValidationException(`Query condition missed key schema element: ${schema.hash}`)
  const range = schema.range === undefined ? undefined : tests.get(schema.range)
  if (tests.size > (range ? 2 : 1)) {
    throw new ValidationException(
      schema.range === undefined ? 'Query key condition not supported' : `Query condition missed key schema element: ${schema.range}`
    )
  }
  if (hash.operator !== '=') throw new ValidationException('Query key condition not supported')
  checkType(hash, schema.types[schema.hash]!, schema.hash)
  if (range) {
    checkType(range, schema.types[schema.range!]!, schema.range!)
    if (range.operator === 'begins_with' && range.value.N !== undefined) throw wrongKeyType()
    if (range.operator === 'BETWEEN' && compareValues(range.low, range.high)! > 0) {
      throw invalid(`The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: ${
        describeValue(range.low)}, upper bound operand: AttributeValue: ${describeValue(range.high)}`)
    }
  }
  return { hash: hash.value, ...range && { range } }
}

const wrongKeyType = () => new ValidationException('One or more parameter values were invalid: Condition parameter type does not match schema type')

function checkType(test: KeyTest, type: string, name: string): void {
  for (const value of test.operator === 'BETWEEN' ? [test.low, test.high] : [test.value]) {
    if (typeOf(value) !== type) throw wrongKeyType()
    const isEmpty = value.S === '' || value.B?.byteLength === 0
    if (isEmpty && test.operator === '=') {
      throw new ValidationException(`One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${
        type === 'S' ? 'string' : 'binary'} value. Key: ${name}`)
    }
  }
}
