import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headerOf, traceOf } from './tracing.ts'

const root = '1-67891233-abcdef012345678912345678'

test('a header names a trace, the segment that called, and whether it is sampled', () => {
  assert.deepEqual(traceOf(`Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`), { traceId: root, parentId: '53995c3f42cd8ad8', sampled: true })
  assert.deepEqual(traceOf(`Self=1-67891234-12456789abcdef012345678a;Root=${root};Sampled=0`), { traceId: root, sampled: false })
  assert.deepEqual(traceOf(`Root=${root}`), { traceId: root, sampled: true })
})

test('a header carries the lineage of a chain of requests, and is written as it was read', () => {
  const header = `Root=${root};Parent=53995c3f42cd8ad8;Sampled=0;Lineage=0f6a2b1c:3|a87bd80c:0`
  assert.equal(traceOf(header)!.lineage, '0f6a2b1c:3|a87bd80c:0')
  assert.equal(headerOf(traceOf(header)!), header)
  assert.equal(headerOf(traceOf(`Root=${root}`)!), `Root=${root};Sampled=1`)
})

test('what is no trace is as if nothing was sent', () => {
  for (const header of [undefined, '', 'Root=', 'Root=1-x-y', `Parent=53995c3f42cd8ad8`, `Root=${root}0`]) assert.equal(traceOf(header), undefined, header)
})
