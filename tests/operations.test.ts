import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { operationsPage } from '../scripts/operations.ts'
import { loadModel } from '../src/protocol/model.ts'
import { services } from '../src/services.ts'

test('docs/operations.md is what the services say', () => {
  const page = readFileSync(join(dirname(import.meta.dirname), 'docs', 'operations.md'), 'utf8')
  assert.equal(page, operationsPage(), 'Run `node scripts/operations.ts`.')
})

test('every operation has an authorization rule, and every rule an operation that AWS knows', () => {
  for (const { name, operations, authorization } of services) {
    const known = loadModel(name)?.operations ?? {}
    for (const operation of Object.keys(operations)) {
      assert.ok(operation in known, `${name} has an operation that AWS has not: ${operation}.`)
      assert.ok(operation in authorization, `${name}:${operation} has no authorization rule: add it to service.ts.`)
    }
    for (const operation of Object.keys(authorization)) assert.ok(operation in operations, `${name} has a rule for ${operation}, which is not among its operations.`)
  }
})
