import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { durableWorld, type Played } from '../testing/durable-world.ts'

const closing: (() => unknown)[] = []
test.afterEach(async () => { for (const close of closing.splice(0).reverse()) await close() })

test('timers, callbacks and chained invokes go on in the next cloud on the same folder', async () => {
  const functions: Record<string, Played> = {
    waits: async (_, context) => {
      await context.wait({ days: 30 })
      return 'a month later'
    },
    hears: async (_, context) => context.waitForCallback('word', async () => {}, { timeout: { days: 2 } }).catch((error: any) => error.message),
    asks: async (_, context) => context.invoke('waits', 'waits:1', {}),
  }
  const dataFolder = mkdtempSync(join(tmpdir(), 'fogbank-durable-restart-'))
  closing.push(() => rmSync(dataFolder, { recursive: true, force: true }))
  const first = await durableWorld(functions, { dataFolder })
  await first.cloud.aws().iam.PutRolePolicy({ RoleName: 'role', PolicyName: 'invoke', PolicyDocument: JSON.stringify({
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }],
  }) })
  for (const name of Object.keys(functions)) await first.durable(name, { ExecutionTimeout: 31_622_400 })
  const arns = await Promise.all(['waits', 'hears', 'asks'].map(name => first.begin(name)))
  const startMs = first.cloud.clock.now() + 86_400_000
  await first.stop()
  const second = await durableWorld(functions, { dataFolder, startMs })
  closing.push(() => second.stop())
  await second.cloud.clock.advance(86_400_000)
  assert.deepEqual(await second.read(arns[1]!), { status: 'SUCCEEDED', result: 'Callback timed out' })
  await second.cloud.clock.advance(29 * 86_400_000)
  assert.deepEqual(await second.read(arns[0]!), { status: 'SUCCEEDED', result: 'a month later' })
  assert.deepEqual(await second.read(arns[2]!), { status: 'SUCCEEDED', result: 'a month later' })
})

test('whoever waits for an execution is told that the cloud stops; the execution goes on in the next one', async () => {
  const functions: Record<string, Played> = {
    waits: async (_, context) => {
      await context.wait({ minutes: 5 })
      return 'on'
    },
  }
  const dataFolder = mkdtempSync(join(tmpdir(), 'fogbank-durable-restart-'))
  closing.push(() => rmSync(dataFolder, { recursive: true, force: true }))
  const first = await durableWorld(functions, { dataFolder })
  await first.durable('waits')
  const told = assert.rejects(first.lambda.invoke({ FunctionName: 'waits:1', DurableExecutionName: 'mine' }), { name: 'ServiceException' })
  const list = async () => (await first.lambda.listDurableExecutionsByFunction({ FunctionName: 'waits' })).DurableExecutions!
  while ((await list()).length === 0);
  const [execution] = await list()
  await first.cloud.settle()
  const startMs = first.cloud.clock.now()
  await first.cloud.stop()
  await told
  const second = await durableWorld(functions, { dataFolder, startMs })
  closing.push(() => second.stop(), () => first.client.destroy())
  const again = second.lambda.invoke({ FunctionName: 'waits:1', DurableExecutionName: 'mine' })
  await second.cloud.settle()
  await second.cloud.clock.advance(300_000)
  assert.deepEqual(await second.read(execution!.DurableExecutionArn!), { status: 'SUCCEEDED', result: 'on' })
  assert.equal(Buffer.from((await again).Payload!).toString(), '"on"')
})
