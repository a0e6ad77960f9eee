import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identifierText, identityOf, identityWithin, parseIdentifier } from './resource-identifier.ts'

const queue = { identifier: 'QueueUrl' }
const route = { identifier: ['ApiId', 'RouteId'], idMember: 'RouteId' }
const joined = { identifier: ['FunctionName', 'Qualifier'] }

test('an identifier of one member is the physical id, whatever it contains', () => {
  const identity = { id: 'a|b', keys: { QueueUrl: 'a|b' } }
  assert.deepEqual(parseIdentifier(queue, 'a|b'), identity)
  assert.deepEqual(parseIdentifier(queue, '{"QueueUrl":"a|b"}'), identity)
  assert.deepEqual(identityWithin(queue, 'a|b', {}), identity)
  assert.equal(identifierText(queue, identity), 'a|b')
})

test('one of several members is written in their order; the physical id is one of them, or all', () => {
  const identity = { id: 'r', keys: { ApiId: 'a', RouteId: 'r' } }
  assert.deepEqual(parseIdentifier(route, 'a|r'), identity)
  assert.deepEqual(parseIdentifier(route, '{"RouteId":"r","ApiId":"a"}'), identity)
  assert.deepEqual(identityWithin(route, 'r', { ApiId: 'a', RouteKey: 'GET /' }), identity)
  assert.equal(identifierText(route, identity), 'a|r')
  assert.deepEqual(parseIdentifier(joined, 'f|live'), { id: 'f|live', keys: { FunctionName: 'f', Qualifier: 'live' } })
  assert.deepEqual(identityWithin(joined, 'f|live', {}), { id: 'f|live', keys: { FunctionName: 'f', Qualifier: 'live' } })
})

test('an identifier may stand for a physical id that is none of its values; what is known of the resource tells the one of the other', () => {
  const rule = { identifier: 'Arn', idOf: ({ Arn = '' }: Readonly<Record<string, string>>) => Arn.split('/').at(-1)! }
  const identity = { id: 'r', keys: { Arn: 'arn:rule/r' } }
  assert.deepEqual(parseIdentifier(rule, 'arn:rule/r'), identity)
  assert.deepEqual(identityWithin(rule, 'r', { Arn: 'arn:rule/r' }), identity)
  assert.equal(identityWithin(rule, 'r', {}), undefined)
  assert.equal(identifierText(rule, identity), 'arn:rule/r')
})

test('what is not the identifier of the type is none', () => {
  for (const text of ['r', 'a|b|c', '{"RouteId":"r"}', '{"ApiId":"a","RouteId":"r","More":"x"}', '{"ApiId":"a","RouteId":1}', '{']) {
    assert.equal(parseIdentifier(route, text), undefined, text)
  }
  assert.equal(identityWithin(route, 'r', {}), undefined)
  assert.equal(identityOf({}, {}), undefined)
})
