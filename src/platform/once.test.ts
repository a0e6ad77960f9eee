import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startCloud, type TestCloud } from '../testing/index.ts'
import { cloudformation } from '../services/cloudformation/service.ts'
import { longRunning, service } from './service.ts'
import { table } from './tables.ts'

// A counter: Next counts in its transaction, Later in one that it opens, Fail fails, GetCount only looks.
const tables = { counts: table<{ name: string, count: number }>()({ name: 'counts', key: row => [row.name] }) }
const count = async (scope: any): Promise<number> => (await scope.tables.counts.get('n'))?.count ?? 0
const next = async (scope: any) => {
  const made = await count(scope) + 1
  await scope.tables.counts.put({ name: 'n', count: made })
  return { Made: made, At: new Date(scope.now()) }
}
let waiting: Promise<void> | undefined
const operations = {
  Next: next,
  Void: async (scope: any) => void await next(scope),
  Later: longRunning(async (scope: any) => {
    await scope.transact(async () => ({ Made: -1 }))
    return scope.transact(next)
  }),
  Fail: async (scope: any) => { await next(scope); throw new Error('no') },
  GetCount: async (scope: any) => ({ Count: await count(scope) }),
}
const counter = service<any, any>({
  name: 'sts', tables, operations: operations as any,
  authorization: Object.fromEntries(Object.keys(operations).map(name => [name, { resource: 'none' as const }])) as any,
  resourceTypes: { 'Test::Counter::Twice': {
    properties: {},
    // Two things are made, and between them the first process stands still.
    async create({ aws }) {
      const first = await (aws as any).sts.Next({})
      await waiting
      const second = await (aws as any).sts.Next({})
      return { id: `${first.Made}-${second.Made}` }
    },
    async delete() {},
  } },
})

const folder = mkdtempSync(join(tmpdir(), 'once-test-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const scopeOf = (cloud: TestCloud) => cloud.cloud.platform.scope('sts', { account: '000000000000', region: 'us-east-1' })
const stepOf = (cloud: TestCloud, step: string, group = 'g') => {
  const scope = scopeOf(cloud)
  return (scope.as({ principal: scope.principal }, { once: { group, step } }) as any).sts
}

test('the calls of a step take effect once, in a second process as well, and answer the same again', async () => {
  const dataFolder = join(folder, 'a')
  let cloud = await startCloud({ services: [counter], dataFolder })
  const begun = stepOf(cloud, 's')
  const answers = [await begun.Next({}), await begun.Later({}), await begun.Void({})]
  assert.deepEqual(answers, [{ Made: 1, At: new Date(cloud.clock.now()) }, { Made: 2, At: new Date(cloud.clock.now()) }, {}])
  await assert.rejects(begun.Fail({}))
  await cloud.stop()
  cloud = await startCloud({ services: [counter], dataFolder })
  const again = stepOf(cloud, 's')
  assert.deepEqual([await again.Next({}), await again.Later({}), await again.GetCount({}), await again.Void({})], [answers[0], answers[1], { Count: 3 }, {}])
  // What had failed is done, and what had not been asked for.
  await assert.rejects(again.Fail({}))
  assert.equal((await again.Next({})).Made, 4)
  assert.equal((await stepOf(cloud, 'other').Next({})).Made, 5)
  await cloud.stop()
})

test('another operation at the same place is done; a group that is forgotten is done anew', async () => {
  const cloud = await startCloud({ services: [counter] })
  assert.equal((await stepOf(cloud, 's').Next({})).Made, 1)
  assert.equal((await stepOf(cloud, 's').Later({})).Made, 2)
  assert.equal((await stepOf(cloud, 's', 'kept').Next({})).Made, 3)
  await scopeOf(cloud).transact(scope => scope.forgetOnce('g'))
  assert.equal((await stepOf(cloud, 's').Next({})).Made, 4)
  assert.equal((await stepOf(cloud, 's', 'kept').Next({})).Made, 3)
  await cloud.stop()
})

test('CloudFormation: what a creation made before the process ended is not made twice', async () => {
  const dataFolder = join(folder, 'b')
  const gate = Promise.withResolvers<void>()
  waiting = gate.promise
  let cloud = await startCloud({ services: [counter, cloudformation], dataFolder })
  await cloud.aws().cloudformation.CreateStack({ StackName: 'twice', TemplateBody: JSON.stringify({ Resources: { R: { Type: 'Test::Counter::Twice' } } }) })
  while ((await stepOf(cloud, 'look').GetCount({})).Count === 0) await new Promise(setImmediate)
  await cloud.stop()
  waiting = undefined
  cloud = await startCloud({ services: [counter, cloudformation], dataFolder })
  await cloud.settle()
  const { StackResources } = await cloud.aws().cloudformation.DescribeStackResources({ StackName: 'twice' })
  assert.deepEqual(StackResources!.map(row => [row.ResourceStatus, row.PhysicalResourceId]), [['CREATE_COMPLETE', '1-2']])
  assert.equal((await stepOf(cloud, 'look').GetCount({})).Count, 2)
  await cloud.stop()
  gate.resolve()
})
