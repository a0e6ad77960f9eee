import type { AttributeValueUpdate, Condition as LegacyCondition, ExpectedAttributeValue } from '@aws-sdk/client-dynamodb'
import { ValidationException } from '../../../platform/errors.ts'
import type { Comparator, Condition, Operand, Update } from '../expressions/ast.ts'
import type { KeyTest } from '../expressions/key-condition.ts'
import { compareValues, describeValue, normalizeValue, typeOf, type Value } from '../values/attribute-value.ts'
import { violation } from '../state.ts'

// The parameters from before expressions, as the conditions and updates that expressions are parsed into.

const invalid = (message: string) => new ValidationException(`One or more parameter values were invalid: ${message}`)

/** A request uses expressions or legacy parameters, not both. */
export function refuseMixture(input: object, expressions: string[], legacy: string[]): void {
  const given = (names: string[]) => names.filter(name => (input as Record<string, unknown>)[name] !== undefined)
  const [modern, old] = [given(expressions), given(legacy)]
  if (modern.length === 0 || old.length === 0) return
  throw new ValidationException(`Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${
    old.join(', ')}} Expression parameters: {${modern.join(', ')}}`)
}

const comparators: Record<string, Comparator> = { EQ: '=', NE: '<>', LE: '<=', LT: '<', GE: '>=', GT: '>' }
const argumentCounts: Record<string, [number, number]> = {
  EQ: [1, 1], NE: [1, 1], LE: [1, 1], LT: [1, 1], GE: [1, 1], GT: [1, 1], NOT_NULL: [0, 0], NULL: [0, 0], CONTAINS: [1, 1], NOT_CONTAINS: [1, 1],
  BEGINS_WITH: [1, 1], IN: [1, 100], BETWEEN: [2, 2],
}

function checkedValues(operator: string | undefined, list: Value[]): Value[] {
  const bounds = operator !== undefined && Object.hasOwn(argumentCounts, operator) ? argumentCounts[operator] : undefined
  if (!bounds) throw violation(operator, 'comparisonOperator', `satisfy enum value set: [${Object.keys(argumentCounts).join(', ')}]`)
  if (list.length < bounds[0] || list.length > bounds[1]) throw invalid(`Invalid number of argument(s) for the ${operator} ComparisonOperator`)
  const values = list.map(value => normalizeValue(value))
  const ordered = ['LE', 'LT', 'GE', 'GT', 'BETWEEN'].includes(operator!)
  const allowed = ordered ? ['S', 'N', 'B'] : operator === 'BEGINS_WITH' ? ['S', 'B'] : undefined
  const wrong = allowed && values.find(value => !allowed.includes(typeOf(value)))
  if (wrong) throw invalid(`ComparisonOperator ${operator} is not valid for ${typeOf(wrong)} AttributeValue type`)
  if (operator === 'BETWEEN' && (compareValues(values[0]!, values[1]!) ?? 1) > 0) {
    throw new ValidationException(`The BETWEEN condition was provided a range where the lower bound is greater than the upper bound: lower bound operand: ${
      describeValue(values[0]!)}, upper bound operand: ${describeValue(values[1]!)}`)
  }
  return values
}

function conditionOn(name: string, operator: string | undefined, list: Value[]): Condition {
  const values = checkedValues(operator, list).map((value): Operand => ({ kind: 'value', name: '', value }))
  const path: Operand = { kind: 'path', path: [name] }
  const [first, second] = values
  const test = (function_: string, args: Operand[]): Condition => ({ kind: 'test', name: function_, args })
  switch (operator) {
    case 'NOT_NULL': return test('attribute_exists', [path])
    case 'NULL': return test('attribute_not_exists', [path])
    case 'CONTAINS': return test('contains', [path, first!])
    // Unlike NOT contains(), this is false where the attribute is missing.
    case 'NOT_CONTAINS': return { kind: 'and', left: test('attribute_exists', [path]), right: { kind: 'not', operand: test('contains', [path, first!]) } }
    case 'BEGINS_WITH': return test('begins_with', [path, first!])
    case 'IN': return { kind: 'in', operand: path, list: values }
    case 'BETWEEN': return { kind: 'between', operand: path, low: first!, high: second! }
  }
  return { kind: 'compare', operator: comparators[operator!]!, left: path, right: first! }
}

function joined(conditions: Condition[], operator: 'AND' | 'OR' | undefined): Condition | undefined {
  if (conditions.length === 0) return undefined
  return conditions.reduce((left, right) => ({ kind: operator === 'OR' ? 'or' : 'and', left, right }))
}

/** QueryFilter and ScanFilter. */
export const fromFilter = (filter: Record<string, LegacyCondition> | undefined, operator: 'AND' | 'OR' | undefined): Condition | undefined =>
  joined(
    Object.entries(filter ?? {}).map(([name, { ComparisonOperator, AttributeValueList }]) => conditionOn(name, ComparisonOperator, AttributeValueList ?? [])),
    operator
  )

/** Expected. */
export function fromExpected(expected: Record<string, ExpectedAttributeValue> | undefined, operator: 'AND' | 'OR' | undefined): Condition | undefined {
  if (operator !== undefined && !expected) throw invalid('ConditionalOperator can only be used when Filter or Expected is specified')
  return joined(Object.entries(expected ?? {}).map(([name, { Value: value, Exists: exists, ComparisonOperator, AttributeValueList }]) => {
    if (ComparisonOperator !== undefined) {
      if (exists !== undefined) throw invalid(`Exists and ComparisonOperator cannot be used together for Attribute: ${name}`)
      if (value && AttributeValueList) throw invalid(`Value and AttributeValueList cannot be used together for Attribute: ${name}`)
      return conditionOn(name, ComparisonOperator, AttributeValueList ?? (value ? [value] : []))
    }
    if (AttributeValueList) throw invalid(`AttributeValueList can only be used with a ComparisonOperator for Attribute: ${name}`)
    if (exists === false) {
      if (value) throw invalid(`Value cannot be used when Exists is set to false for Attribute: ${name}`)
      return conditionOn(name, 'NULL', [])
    }
    if (!value) throw invalid(`Value must be provided when Exists is ${exists ?? 'null'} for Attribute: ${name}`)
    return conditionOn(name, 'EQ', [value])
  }), operator)
}

/** KeyConditions. */
export function fromKeyConditions(conditions: Record<string, LegacyCondition>): Map<string, KeyTest> {
  return new Map(Object.entries(conditions).map(([name, { ComparisonOperator: operator, AttributeValueList }]): [string, KeyTest] => {
    const [first, second] = checkedValues(operator, AttributeValueList ?? [])
    if (operator === 'BETWEEN') return [name, { operator, low: first!, high: second! }]
    if (operator === 'BEGINS_WITH') return [name, { operator: 'begins_with', value: first! }]
    const comparator = comparators[operator!]
    if (!comparator || comparator === '<>') throw new ValidationException('Attempted conditional constraint is not an indexable operation')
    return [name, { operator: comparator, value: first! }]
  }))
}

/** AttributeUpdates. */
export function fromAttributeUpdates(updates: Record<string, AttributeValueUpdate> | undefined): Update | undefined {
  if (!updates) return undefined
  const update: Update = { set: [], remove: [], add: [], delete: [] }
  for (const [name, { Action: action = 'PUT', Value: raw }] of Object.entries(updates)) {
    const value = raw && normalizeValue(raw)
    if (action === 'DELETE' && !value) {
      update.remove.push([name])
      continue
    }
    if (!value) throw invalid(`Only DELETE action is allowed when no attribute value is specified`)
    const type = typeOf(value)
    if (action === 'PUT') update.set.push({ path: [name], value: { kind: 'value', name: '', value } })
    else if (action === 'ADD' && type === 'L') {
      update.set.push({ path: [name], value: { kind: 'call', name: 'list_append', args: [orEmptyList(name), { kind: 'value', name: '', value }] } })
    } else if (action === 'ADD' ? ['N', 'SS', 'NS', 'BS'].includes(type) : ['SS', 'NS', 'BS'].includes(type)) {
      update[action === 'ADD' ? 'add' : 'delete'].push({ path: [name], value })
    } else {
      throw invalid(`${action} action with value is not supported for the type ${type}`)
    }
  }
  return update
}

const orEmptyList = (name: string): Operand =>
  ({ kind: 'call', name: 'if_not_exists', args: [{ kind: 'path', path: [name] }, { kind: 'value', name: '', value: { L: [] } }] })
