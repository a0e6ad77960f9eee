import { strict as assert } from 'node:assert'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { strToU8, zipSync } from 'fflate'
import { startCloud } from '../../src/testing/index.ts'
import type { TestCloud } from '../../src/testing/index.ts'
import { skip } from './helpers.ts'

// What a caller of Lambda sees of functions that go too far, in real sandboxes.
const limited = { skip: skip || process.getuid?.() !== 0 && 'Control groups need root or a delegated scope', timeout: 60_000 }
let cloud: TestCloud
let lambda: Lambda
let role: string

before(async () => {
  if (limited.skip) return
  cloud = await startCloud({ sandboxDriver: 'isolated' })
  lambda = new Lambda(cloud.client)
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  role = (await new IAM(cloud.client).createRole({ RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify(trust) })).Role!.Arn!
})
after(async () => {
  lambda?.destroy()
  await cloud?.stop()
})

async function make(name: string, code: string, more: object = {}): Promise<(event?: object) => ReturnType<typeof called>> {
  const ZipFile = zipSync({ 'index.js': strToU8(`let n = 0; const id = Math.random(); exports.handler = async (event) => { ${code} }`) })
  await lambda.createFunction({ FunctionName: name, Runtime: 'nodejs24.x', Handler: 'index.handler', Role: role, Code: { ZipFile }, ...more })
  return (event = {}) => called(name, event)
}

async function called(name: string, event: object): Promise<{ error: string | undefined, payload: any, log: string }> {
  const answer = await lambda.invoke({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)), LogType: 'Tail' })
  const log = Buffer.from(answer.LogResult!, 'base64').toString()
  return { error: answer.FunctionError, payload: JSON.parse(Buffer.from(answer.Payload!).toString()), log }
}

test('memory over MemorySize is Runtime.OutOfMemory for the caller and in the REPORT line; the next invocation has a new environment', limited, async () => {
  const code = `if (!event.hungry) return id; const all = []; for (;;) { all.push(Buffer.alloc(3e7, 1)); await 1 }`
  const invoke = await make('memory', code, { MemorySize: 128, Timeout: 20 })
  const before = (await invoke()).payload
  const { error, payload, log } = await invoke({ hungry: true })
  assert.equal(error, 'Unhandled')
  assert.equal(payload.errorType, 'Runtime.OutOfMemory')
  assert.match(payload.errorMessage, /^RequestId: [\w-]+ Error: Runtime exited with error: signal: killed$/)
  assert.match(log, /REPORT RequestId: [\w-]+\t.*\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tStatus: error\tError Type: Runtime.OutOfMemory/)
  const next = await invoke()
  assert.equal(next.error, undefined)
  assert.notEqual(next.payload, before)
})

test('a time-out is Sandbox.Timedout with its seconds, and ends what the function left running', limited, async () => {
  const code = `require('node:child_process').spawn('setsid', ['sleep', '1000'], { detached: true, stdio: 'ignore' }).unref(); for (;;) {}`
  const { payload, log } = await (await make('slow', code, { Timeout: 1 }))()
  assert.equal(payload.errorType, 'Sandbox.Timedout')
  assert.match(payload.errorMessage, /^RequestId: [\w-]+ Error: Task timed out after 1.00 seconds$/)
  assert.match(log, /Task timed out after 1.00 seconds\n+END .*\nREPORT .*Status: timeout/)
})

test('/tmp has the size of EphemeralStorage, from 512 MB on, also in a sandbox that waited', limited, async () => {
  const code = `const { blocks, bsize } = require('node:fs').statfsSync('/tmp'); return blocks * bsize / 1048576`
  assert.equal((await (await make('tmp512', code))()).payload, 512)
  assert.equal((await (await make('tmp10240', code, { EphemeralStorage: { Size: 10_240 } }))()).payload, 10_240)
})

test('between invocations no time passes for a function: neither for its timers nor for a child that it left', limited, async () => {
  const invoke = await make('frozen', `
    if (!event.start) return { n, child: require('node:fs').statSync('/tmp/child').size }
    setInterval(() => n++, 1)
    require('node:child_process').spawn('sh', ['-c', 'while :; do echo >> /tmp/child; done'], { detached: true, stdio: 'ignore' }).unref()
    await new Promise((ok) => setTimeout(ok, 100))
    return { n, child: require('node:fs').statSync('/tmp/child').size }`, { MemorySize: 1769 })
  await invoke({ start: true })
  const { payload: before } = await invoke()
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const { payload: later } = await invoke()
  // 25 milliseconds are its own before it is frozen; a second would be some thousand.
  assert.ok(later.n - before.n < 200, `${later.n - before.n} ticks`)
  assert.ok(later.child < before.child * 4 + 20_000, `${before.child} bytes, then ${later.child}`)
})

test('of idle environments the one that worked last is taken first, and after ten minutes none is kept', limited, async () => {
  const invoke = await make('idle', `await new Promise((ok) => setTimeout(ok, event.ms ?? 0)); return id`)
  const [first, second] = await Promise.all([invoke({ ms: 100 }), invoke({ ms: 400 })])
  assert.notEqual(first!.payload, second!.payload)
  assert.equal((await invoke()).payload, second!.payload)
  await cloud.clock.advance(11 * 60_000)
  const { payload } = await invoke()
  assert.ok(![first!.payload, second!.payload].includes(payload))
})
