import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileCondition, isConditionOperator } from './conditions.ts'
import { contextOf, type ContextValue } from './context.ts'

type Row = [operator: string, policyValue: unknown, given: ContextValue, holds: boolean]

const rows: Row[] = [
  ['StringEquals', 'a', 'a', true], ['StringEquals', 'a', 'A', false], ['StringEquals', ['a', 'b'], 'b', true], ['StringEquals', 'a*', 'ab', false],
  ['StringEquals', 'a', undefined, false], ['StringNotEquals', 'a', 'b', true], ['StringNotEquals', ['a', 'b'], 'b', false],
  ['StringNotEquals', 'a', undefined, true],
  ['StringEqualsIgnoreCase', 'Ab', 'aB', true], ['StringNotEqualsIgnoreCase', 'Ab', 'aB', false],
  ['StringLike', 'a*z', 'abcz', true], ['StringLike', 'a?', 'abc', false], ['StringNotLike', 'a*', 'abc', false], ['StringLike', 'A*', 'abc', false],
  ['NumericEquals', '10', '10.0', true], ['NumericLessThan', 5, 4, true], ['NumericLessThanEquals', '5', '5', true], ['NumericGreaterThan', '5', '5', false],
  ['NumericGreaterThanEquals', '5', 'x', false], ['NumericNotEquals', '5', '6', true],
  ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', true], ['DateGreaterThan', '2026-01-01T00:00:00Z', '1800000000', true],
  ['DateEquals', '2020-01-01', '2020-01-01T00:00:00Z', true], ['DateNotEquals', '2020-01-01', '2020-01-01T00:00:00Z', false],
  ['Bool', 'true', true, true], ['Bool', 'true', 'false', false], ['Bool', 'true', undefined, false], ['BoolIfExists', 'true', undefined, true],
  ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true], ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ6', false],
  ['IpAddress', '10.0.0.0/8', '10.1.2.3', true], ['IpAddress', '10.0.0.0/8', '11.1.2.3', false], ['IpAddress', '203.0.113.5', '203.0.113.5', true],
  ['IpAddress', '2001:db8::/32', '2001:db8::1', true], ['NotIpAddress', '10.0.0.0/8', '10.1.2.3', false], ['IpAddress', '10.0.0.0/8', 'rubbish', false],
  ['ArnLike', 'arn:aws:s3:::b*', 'arn:aws:s3:::bucket', true], ['ArnLike', 'arn:aws:*:x', 'arn:aws:s3:::x', false],
  ['ArnEquals', 'arn:aws:sns:*:*:t', 'arn:aws:sns:e:1:t', true],
  ['ArnNotLike', 'arn:aws:s3:::b*', 'arn:aws:s3:::bucket', false], ['ArnNotEquals', 'arn:aws:s3:::b', undefined, true],
  ['Null', 'true', undefined, true], ['Null', 'true', 'x', false], ['Null', 'false', 'x', true], ['Null', false, undefined, false],
  ['StringEqualsIfExists', 'a', undefined, true], ['StringEqualsIfExists', 'a', 'b', false], ['StringNotEqualsIfExists', 'a', 'a', false],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true], ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
  ['ForAllValues:StringEquals', ['a'], undefined, true], ['ForAnyValue:StringEquals', ['a'], undefined, false],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b'], true], ['ForAnyValue:StringEquals', ['a'], ['c', 'd'], false],
  ['ForAnyValue:StringNotEquals', ['a'], ['a', 'd'], true], ['ForAllValues:StringNotEquals', ['a'], ['a', 'd'], false],
  ['ForAnyValue:StringLike', 'x*', ['abc', 'xyz'], true], ['StringEquals', 'b', ['a', 'b'], true], ['StringNotEquals', 'b', ['a', 'b'], false],
  ['stringequals', 'a', 'a', true],
]

for (const [operator, policyValue, given, holds] of rows) {
  test(`${operator} ${JSON.stringify(policyValue)} with ${JSON.stringify(given)} is ${holds}`, () => {
    const condition = compileCondition({ [operator]: { 'Aws:Key': policyValue } }, true)
    assert.equal(condition(contextOf({ 'aws:key': given })), holds)
  })
}

test('every operator and every key of a block must hold', () => {
  const condition = compileCondition({ StringEquals: { k: 'a', l: 'b' }, Bool: { m: 'true' } }, true)
  assert.equal(condition(contextOf({ k: 'a', l: 'b', m: true })), true)
  assert.equal(condition(contextOf({ k: 'a', l: 'x', m: true })), false)
  assert.equal(condition(contextOf({ k: 'a', l: 'b', m: false })), false)
})

test('values may be policy variables', () => {
  const condition = compileCondition({ StringEquals: { 'aws:ResourceTag/owner': '${aws:username}' } }, true)
  assert.equal(condition(contextOf({ 'aws:username': 'ann', 'aws:ResourceTag/owner': 'ann' })), true)
  assert.equal(condition(contextOf({ 'aws:username': 'ann', 'aws:ResourceTag/owner': 'bob' })), false)
})

test('operators that AWS does not have are known as such', () => {
  assert.equal(isConditionOperator('StringLikes'), false)
  assert.equal(isConditionOperator('NullIfExists'), false)
  assert.equal(isConditionOperator('ForAnyValue:ArnLikeIfExists'), true)
})
