import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Item } from '../values/attribute-value.ts'
import { applyUpdate } from './apply-update.ts'
import { parseCondition } from './condition.ts'
import { meets } from './evaluate.ts'
import { keyRangeOf, parseKeyCondition } from './key-condition.ts'
import { Placeholders } from './placeholders.ts'
import { parseProjection, project } from './projection.ts'
import { parseUpdate } from './update.ts'

const item: Item = {
  s: { S: 'hello' }, n: { N: '5' }, b: { B: new Uint8Array([1, 2, 3]) }, yes: { BOOL: true }, none: { NULL: true }, ss: { SS: ['a', 'b'] },
  ns: { NS: ['1', '2'] },
  l: { L: [{ S: 'zero' }, { N: '1' }, { M: { deep: { S: 'x' } } }] }, m: { M: { a: { N: '1' }, b: { M: { c: { S: 'deep' } } } } }, 'odd name': { N: '7' },
}
const names = { '#odd': 'odd name', '#s': 's' }
const values: Item = {
  ':hello': { S: 'hello' }, ':he': { S: 'he' }, ':five': { N: '5.0' }, ':one': { N: '1' }, ':nine': { N: '9' }, ':true': { BOOL: true }, ':S': { S: 'S' },
  ':X': { S: 'X' }, ':a': { S: 'a' },
  ':b2': { B: new Uint8Array([1, 2]) }, ':ba': { SS: ['b', 'a'] }, ':list': { L: [{ N: '1' }] }, ':two': { NS: ['2'] }, ':seven': { N: '7' },
}

/** Only the placeholders that the expression names, so that none is unused. */
function placeholders(source: string, expression: string): Placeholders {
  const used = <T>(all: Record<string, T>) => {
    const found = Object.fromEntries(Object.entries(all).filter(([name]) => new RegExp(`${name}(?![A-Za-z0-9_])`).test(source)))
    return Object.keys(found).length > 0 ? found : undefined
  }
  return new Placeholders({ ExpressionAttributeNames: used(names), ExpressionAttributeValues: used(values) }, { [expression]: source }, [expression])
}

const condition = (source: string) => parseCondition('ConditionExpression', source, placeholders(source, 'ConditionExpression'))
const update = (source: string) => parseUpdate(source, placeholders(source, 'UpdateExpression'))
const projection = (source: string) => parseProjection(source, placeholders(source, 'ProjectionExpression'))

const conditions: [source: string, holds: boolean][] = [
  ['s = :hello', true], ['s <> :hello', false], ['gone = :hello', false], ['gone <> :hello', true], ['n = :five', true], ['n < :nine AND n > :one', true],
  ['n < :hello', false], ['n >= :five and n <= :five', true], ['n BETWEEN :one AND :nine', true], ['n between :nine and :nine', false],
  ['n IN (:one, :five)', true], ['s IN (:he)', false],
  ['NOT n = :five', false], ['not (n = :one) and s = :hello', true], ['n = :one AND s = :he OR yes = :true', true],
  ['n = :one AND (s = :he OR yes = :true)', false],
  ['attribute_exists(m.b.c)', true], ['attribute_exists(m.b.d)', false], ['attribute_not_exists(l[3])', true], ['attribute_exists(l[2].deep)', true],
  ['attribute_type(s, :S)', true], ['begins_with(s, :he)', true], ['begins_with(b, :b2)', true], ['begins_with(n, :he)', false], ['contains(s, :he)', true],
  ['contains(ss, :a)', true],
  ['contains(l, :one)', true], ['contains(ns, :one)', true], ['contains(n, :one)', false], ['ss = :ba', true], ['size(s) = :five', true],
  ['size(l) < :nine', true], ['size(n) = :one', false],
  ['#odd = :seven', true], ['m.a = l[1]', true], [':five = n', true], ['(n) = :five', true],
]
for (const [source, holds] of conditions) {
  test(`condition: ${source} is ${holds}`, () => assert.equal(meets(item, condition(source)), holds))
}

const wrongConditions: [source: string, message: string][] = [
  ['', 'The expression can not be empty;'],
  ['s = ', 'Syntax error; token: "<EOF>", near: "="'],
  ['s == :hello', 'Syntax error; token: "=", near: "== :hello"'],
  ['s = :hello AND', 'Syntax error; token: "<EOF>", near: "AND"'],
  ['s & :hello', 'Syntax error; token: "&", near: "s & :hello"'],
  ['(s = :hello', 'Syntax error; token: "<EOF>", near: ":hello"'],
  ['s', 'Syntax error; token: "<EOF>", near: "s"'],
  ['name = :hello', 'Attribute name is a reserved keyword; reserved keyword: name'],
  ['m.Name = :hello', 'Attribute name is a reserved keyword; reserved keyword: Name'],
  ['#absent = :hello', 'An expression attribute name used in the document path is not defined; attribute name: #absent'],
  ['s = :absent', 'An expression attribute value used in expression is not defined; attribute value: :absent'],
  ['exists(s)', 'Invalid function name; function: exists'],
  ['attribute_exists(s, n)', 'Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2'],
  ['attribute_exists(:hello)', 'Operator or function requires a document path; operator or function: attribute_exists'],
  ['attribute_type(s, :X)', 'Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}'],
  ['begins_with(s, :five)', 'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N'],
  ['n < :true', 'Incorrect operand type for operator or function; operator or function: <, operand type: BOOL'],
  ['n BETWEEN :nine AND :one',
    'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ' +
      'lower bound operand: AttributeValue: {N:9}, upper bound operand: AttributeValue: {N:1}'],
  ['size(s)', 'The function is not allowed to be used this way in an expression; function: size'],
  ['if_not_exists(s, :hello)', 'The function is not allowed in a condition expression; function: if_not_exists'],
  ['((s = :hello))', 'The expression has redundant parentheses;'],
  ['#s = s', 'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [s]'],
  ['name = :hello AND (', 'Syntax error; token: "<EOF>", near: "("'],
]
for (const [source, message] of wrongConditions) {
  test(`condition: ${source || 'nothing'} is refused`, () => {
    assert.throws(() => condition(source), { name: 'ValidationException', message: `Invalid ConditionExpression: ${message}` })
  })
}

const updates: [source: string, after: Item][] = [
  ['SET x = :one', { x: { N: '1' } }], ['set n = n + :one, x = n', { n: { N: '6' }, x: { N: '5' } }], ['SET n = :one - n', { n: { N: '-4' } }],
  ['SET x = if_not_exists(x, :nine) + :one', { x: { N: '10' } }], ['SET n = if_not_exists(n, :nine)', {}],
  ['SET l = list_append(:list, l)', { l: { L: [{ N: '1' }, ...item.l!.L!] } }],
  ['SET l[0] = :one, l[9] = :five', { l: { L: [{ N: '1' }, ...item.l!.L!.slice(1), { N: '5' }] } }],
  ['SET m.b.c = :one', { m: { M: { a: { N: '1' }, b: { M: { c: { N: '1' } } } } } }],
  ['SET m.#odd = :one', { m: { M: { ...item.m!.M, 'odd name': { N: '1' } } } }],
  ['REMOVE l[0], l[1]', { l: { L: [item.l!.L![2]!] } }], ['REMOVE m.b, absent', { m: { M: { a: { N: '1' } } } }],
  ['ADD n :one, x :two', { n: { N: '6' }, x: { NS: ['2'] } }], ['ADD ss :ba', {}], ['DELETE ns :two', { ns: { NS: ['1'] } }],
  ['SET x = s REMOVE yes ADD n :nine DELETE ns :two', { x: { S: 'hello' }, n: { N: '14' }, ns: { NS: ['1'] } }],
]
for (const [source, after] of updates) {
  test(`update: ${source}`, () => {
    const before = structuredClone(item)
    const result = applyUpdate(item, update(source))
    assert.deepEqual({ ...item, yes: undefined, ...after }, { ...result, yes: undefined })
    assert.equal('yes' in result, !source.includes('REMOVE yes'))
    assert.deepEqual(item, before, 'the item that was there is left alone')
  })
}

test('update: DELETE of the last element of a set takes the attribute away', () => {
  assert.equal('ss' in applyUpdate(item, update('DELETE ss :ba')), false)
})

const wrongUpdates: [source: string, message: string][] = [
  ['SET x', 'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "x"'],
  ['SET x = :one,', 'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: ","'],
  ['CHANGE x = :one', 'Invalid UpdateExpression: Syntax error; token: "CHANGE", near: "CHANGE x"'],
  ['SET x = :one SET s = :one', 'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;'],
  ['SET m.a = :one, m = :one',
    'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m, a], path two: [m]'],
  ['SET m.a = :one, m[0] = :one',
    'Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, a], path two: [m, [0]]'],
  [
    'ADD x :hello',
    'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeset: ALLOWED_FOR_ADD_OPERAND'
  ],
  [
    'DELETE x :one',
    'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeset: ALLOWED_FOR_DELETE_OPERAND'
  ],
  ['SET x = n + :hello', 'Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S'],
  [
    'SET x = list_append(l, :hello)',
    'Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: list_append, operand type: S'
  ],
  ['SET x = size(l)', 'Invalid UpdateExpression: The function is not allowed in an update expression; function: size'],
  ['SET x = gone', 'The provided expression refers to an attribute that does not exist in the item'],
  ['SET x = s + :one', 'An operand in the update expression has an incorrect data type'],
  ['ADD s :one', 'An operand in the update expression has an incorrect data type'],
  ['SET gone.a = :one', 'The document path provided in the update expression is invalid for update'],
  ['SET s[0] = :one', 'The document path provided in the update expression is invalid for update'],
  ['REMOVE gone.a', 'The document path provided in the update expression is invalid for update'],
]
for (const [source, message] of wrongUpdates) {
  test(`update: ${source} is refused`, () => assert.throws(() => applyUpdate(item, update(source)), { name: 'ValidationException', message }))
}

test('projection: keeps the structure, and closes lists up', () => {
  assert.deepEqual(project(item, projection('s, m.b.c, l[2], l[0], absent, m.absent')), {
    s: item.s, m: { M: { b: item.m!.M!.b } }, l: { L: [item.l!.L![0], item.l!.L![2]] }
  })
  assert.throws(() => projection('m, m.a'), {
    message: 'Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m], path ' +
      'two: [m, a]',
  })
})

test('placeholders: what no expression uses is refused, as is what there is no expression for', () => {
  const parse = (input: object, source: string | undefined) => {
    const all = new Placeholders(input, { FilterExpression: source }, ['FilterExpression'])
    if (source !== undefined) parseCondition('FilterExpression', source, all)
    all.checkUsed()
  }
  const refused = (input: object, source: string | undefined, message: string) =>
    assert.throws(() => parse(input, source), { name: 'ValidationException', message })
  refused(
    { ExpressionAttributeNames: { '#a': 'a', '#b': 'b' } }, 'attribute_exists(#a)',
    'Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}'
  )
  refused(
    { ExpressionAttributeValues: { ':a': { N: '1' }, ':b': { N: '1' } } }, 'a = :a',
    'Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}'
  )
  refused({ ExpressionAttributeNames: { '#a': 'a' } }, undefined, 'ExpressionAttributeNames can only be specified when using expressions')
  refused(
    { ExpressionAttributeValues: { ':a': { N: '1' } } }, undefined,
    'ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null'
  )
  refused({ ExpressionAttributeNames: {} }, 'attribute_exists(a)', 'ExpressionAttributeNames must not be empty')
  refused({ ExpressionAttributeNames: { a: 'a' } }, 'attribute_exists(a)', 'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"')
  refused(
    { ExpressionAttributeValues: { ':a': { N: 'x' } } }, 'a = :a',
    'ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :a'
  )
})

const schema = { hash: 'pk', range: 'sk', types: { pk: 'S', sk: 'N' } }
const wrongKeyConditions: [source: string, message: string][] = [
  ['pk > :a', 'Query key condition not supported'], ['sk = :one', 'Query condition missed key schema element: pk'],
  ['pk = :a AND x = :one', 'Query condition missed key schema element: sk'],
  ['pk = :a OR sk = :one', 'Invalid operator used in KeyConditionExpression: OR'], ['pk <> :a', 'Invalid operator used in KeyConditionExpression: <>'],
  ['pk = :a AND pk = :he', 'KeyConditionExpressions must only contain one condition per key'],
  ['pk = :five', 'One or more parameter values were invalid: Condition parameter type does not match schema type'],
  ['pk = :a AND sk = :one AND x = :one', 'Conditions can be of length 1 or 2 only'],
  ['pk = :a AND attribute_exists(sk)', 'Invalid operator used in KeyConditionExpression: attribute_exists'],
  ['pk.x = :a', 'KeyConditionExpressions cannot have conditions on nested attributes'],
  ['pk = sk', 'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition'],
]
for (const [source, message] of wrongKeyConditions) {
  test(`key condition: ${source} is refused`, () => {
    assert.throws(() => keyRangeOf(parseKeyCondition(source, placeholders(source, 'KeyConditionExpression')), schema), { name: 'ValidationException', message })
  })
}

test('a condition that nests without end is a syntax error, not a crash', () => {
  assert.throws(() => condition('NOT '.repeat(1000) + 'attribute_exists(s)'), { name: 'ValidationException' })
  assert.throws(() => condition('('.repeat(2000) + 'attribute_exists(s)' + ')'.repeat(2000)), { name: 'ValidationException' })
})
