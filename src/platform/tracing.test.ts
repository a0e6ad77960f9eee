import assert from 'node:assert/strict'
import { test } from 'node:test'
import { traceOf } from './tracing.ts'

const root = '1-67891233-abcdef012345678912345678'

test('a header names a trace, the segment that called, and whether it is sampled', () => {
  assert.deepEqual(traceOf(`Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`), { traceId: root, parentId: '53995c3f42cd8ad8', sampled: true })
  assert.deepEqual(traceOf(`Self=1-67891234-12456789abcdef012345678a;Root=${root};Sampled=0`), { traceId: root, sampled: false })
  assert.deepEqual(traceOf(`Root=${root}`), { traceId: root, sampled: true })
})

test('what is no trace is as if nothing was sent', () => {
  for (const header of [undefined, '', 'Root=', 'Root=1-x-y', `Parent=53995c3f42cd8ad8`, `Root=${root}0`]) assert.equal(traceOf(header), undefined, header)
})
