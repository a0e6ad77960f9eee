import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { PassThrough } from 'node:stream'
import type { ScriptedOptions } from '../../../sandbox/scripted.ts'
import { lambdaWorld } from '../testing/world.ts'

const closing: (() => Promise<void>)[] = []
after(async () => {
  for (const close of closing) await close()
})

async function world(options: ScriptedOptions) {
  const made = await lambdaWorld(options)
  closing.push(made.stop)
  const sums = async () => {
    const place = { account: '000000000000', region: 'us-east-1' }
    return made.cloud.cloud.platform.scope('lambda', place).config.usage.month('000000000000', '2026-01')
  }
  const used = async (usageType: string) => (await sums()).filter(sum => sum.usageType === usageType).reduce((sum, { quantity }) => sum + quantity, 0)
  return { ...made, used }
}

test('/tmp beyond 512 MB is on the bill, with its duration', async () => {
  const { lambda, create, used } = await world({ script: () => 'fine' })
  await create('plain')
  await lambda.invoke({ FunctionName: 'plain' })
  assert.equal(await used('Lambda-Storage-GB-Second'), 0)
  await create('large', { EphemeralStorage: { Size: 512 + 1024 } })
  await lambda.invoke({ FunctionName: 'large' })
  await lambda.invoke({ FunctionName: 'large' })
  // 1 ms of init is part of the first, and each runs for 1 ms.
  assert.ok(Math.abs(await used('Lambda-Storage-GB-Second') - 0.003) < 1e-9, String(await used('Lambda-Storage-GB-Second')))
})

test('an init that failed is billed, and so is the one that is tried again', async () => {
  let broken = true
  const { lambda, create, used } = await world({ script: () => 'fine', init: () => {
    if (broken) throw new Error('no')
  } })
  await create('f', { MemorySize: 1024 })
  await lambda.invoke({ FunctionName: 'f' })
  const both = await used('Lambda-GB-Second')
  broken = false
  await create('g', { MemorySize: 1024 })
  await lambda.invoke({ FunctionName: 'g' })
  const good = await used('Lambda-GB-Second') - both
  assert.ok(both > 0 && good > 0)
  assert.equal(await used('Request'), 2)
  assert.equal(both, 0.002)
})

test('bytes that are streamed beyond 6 MB are on the bill', async () => {
  const megabyte = 1024 * 1024
  const { lambda, create, used } = await world({ script: ({ event, invocation }) => {
    const body = new PassThrough()
    invocation.onStream!(body, 'text/plain')
    for (let n = 0; n < event.megabytes; n++) body.write(Buffer.alloc(megabyte))
    invocation.onStreamEnd!(false, event.megabytes * megabyte)
    body.end()
  } })
  await create('f')
  for (const megabytes of [5, 8]) {
    const { EventStream } = await lambda.invokeWithResponseStream({ FunctionName: 'f', Payload: JSON.stringify({ megabytes }) })
    for await (const _ of EventStream!);
  }
  assert.equal(await used('Lambda-Streaming-Response-Processed-Bytes'), 2 * megabyte)
})
