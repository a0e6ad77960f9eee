import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allPages, asGiven, sharedPolicy, unlessGone, withoutDefaults } from './standing.ts'

test('what is gone is undefined; another error is thrown', async () => {
  const failing = async (name: string) => { throw Object.assign(new Error('x'), { name }) }
  assert.equal(await unlessGone(failing('NotFound'), 'NotFound'), undefined)
  await assert.rejects(unlessGone(failing('AccessDenied'), 'NotFound'), { name: 'AccessDenied' })
  assert.equal(await unlessGone(Promise.resolve(1), 'NotFound'), 1)
})

test('all pages are read, an empty one too', async () => {
  const pages: Record<string, { items: number[] | undefined, next: string | undefined }> = {
    first: { items: [1, 2], next: 'b' }, b: { items: undefined, next: 'c' }, c: { items: [3], next: undefined },
  }
  assert.deepEqual(await allPages(async token => pages[token ?? 'first']!), [1, 2, 3])
})

test('a default that the template does not name is left out; what was changed or named is not', () => {
  const defaults = { type: 'REGIONAL', policy: 'TLS_1_2' }
  assert.deepEqual(withoutDefaults({ type: 'REGIONAL', policy: 'TLS_1_3', arn: undefined }, {}, defaults), { policy: 'TLS_1_3' })
  assert.deepEqual(withoutDefaults({ type: 'REGIONAL', policy: 'TLS_1_2' }, { type: 'EDGE' }, defaults), { type: 'REGIONAL' })
  assert.deepEqual(withoutDefaults({ type: 'REGIONAL' }, undefined, defaults), {})
})

test('what means the same is told as the template has it', () => {
  const upper = (value: unknown) => String(value).toUpperCase()
  assert.equal(asGiven('GET', 'get', upper), 'get')
  assert.equal(asGiven('GET', 'put', upper), 'GET')
  assert.equal(asGiven('GET', undefined, upper), 'GET')
})

test('a policy of several things: those that carry one, and the first that says something else', async () => {
  const policies: Record<string, string> = { a: '{"x":1,"y":2}', b: '{"y":2, "x":1}', c: '{"x":3}' }
  const policyOf = async (thing: string) => policies[thing]
  assert.deepEqual(await sharedPolicy(['a', 'b', 'gone'], { y: 2, x: 1 }, policyOf), { things: ['a', 'b'], document: { x: 1, y: 2 } })
  assert.deepEqual(await sharedPolicy(['a', 'c'], '{"x":1,"y":2}', policyOf), { things: ['a', 'c'], document: { x: 3 } })
  assert.equal(await sharedPolicy(['gone'], {}, policyOf), undefined)
})
