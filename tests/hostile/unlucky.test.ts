import { strict as assert } from 'node:assert'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { strToU8, zipSync } from 'fflate'
import { startCloud } from '../../src/testing/index.ts'
import type { TestCloud } from '../../src/testing/index.ts'
import { skip } from './helpers.ts'

// What a caller of Lambda sees of functions that are unlucky, in real sandboxes.
const limited = { skip, timeout: 60_000 }
let cloud: TestCloud
let lambda: Lambda
let role: string

before(async () => {
  if (skip) return
  cloud = await startCloud({ sandboxDriver: 'isolated' })
  lambda = new Lambda(cloud.client)
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  role = (await new IAM(cloud.client).createRole({ RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify(trust) })).Role!.Arn!
})
after(async () => {
  lambda?.destroy()
  await cloud?.stop()
})

async function make(name: string, code: string, more: object = {}) {
  const ZipFile = zipSync({ 'index.js': strToU8(code) })
  await lambda.createFunction({ FunctionName: name, Runtime: 'nodejs24.x', Handler: 'index.handler', Role: role, Code: { ZipFile }, ...more })
  return async (event: object = {}) => {
    const answer = await lambda.invoke({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)), LogType: 'Tail' })
    const log = Buffer.from(answer.LogResult!, 'base64').toString()
    return { error: answer.FunctionError, text: Buffer.from(answer.Payload!).toString(), log }
  }
}

test('one that exits in init is tried again within the invocation, and is Runtime.ExitError', limited, async () => {
  const { error, text, log } = await (await make('exits', 'process.exit(4)'))()
  assert.equal(error, 'Unhandled')
  assert.match(JSON.parse(text).errorMessage, /^RequestId: [\w-]+ Error: Runtime exited with error: exit status 4$/)
  assert.match(log, /INIT_REPORT Init Duration: [\d.]+ ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError\n/)
})

test('one that hangs in init the second time takes the time-out of its invocation', limited, async () => {
  const { text, log } = await (await make('hangs', 'for (;;);', { Timeout: 1 }))()
  assert.match(JSON.parse(text).errorMessage, /Task timed out after 1.00 seconds$/)
  assert.match(log, /INIT_REPORT Init Duration: [\d.]+ ms\tPhase: invoke\tStatus: timeout\n/)
})

test('6 MB and one byte more than the envelope holds is Function.ResponseSizeTooLarge, and the environment serves on', limited, async () => {
  const invoke = await make('large', 'const id = Math.random(); exports.handler = async (e) => e.n ? "x".repeat(e.n) : id')
  const first = (await invoke()).text
  const { error, text } = await invoke({ n: 6_291_556 })
  assert.deepEqual([error, JSON.parse(text).errorType], ['Unhandled', 'Function.ResponseSizeTooLarge'])
  assert.equal((await invoke()).text, first)
})

test('timers that are left, and deadlines that are ignored, do not reach the next invocation', limited, async () => {
  const leaks = await make('leaks', 'exports.handler = async () => { for (let n = 0; n < 10_000; n++) setInterval(() => {}, 1); return 1 }')
  assert.deepEqual([(await leaks()).text, (await leaks()).text], ['1', '1'])
  const ignores = await make('ignores', `exports.handler = async (e, c) => { while (e.slow && c.getRemainingTimeInMillis() > -1e6); return 2 }`, { Timeout: 1 })
  assert.match((await ignores({ slow: true })).text, /Sandbox.Timedout/)
  assert.equal((await ignores()).text, '2')
})

test('a flood of log lines ends with its time-out, and fills no memory', limited, async () => {
  const before = process.memoryUsage().rss
  const invoke = await make(
    'floods', 'const line = "x".repeat(100_000); exports.handler = async () => { for (;;) process.stdout.write(line + "\\n") }', { Timeout: 2 }
  )
  assert.match((await invoke()).text, /Sandbox.Timedout|Runtime.OutOfMemory/)
  const grown = (process.memoryUsage().rss - before) / 1048576
  assert.ok(grown < 1500, `${grown.toFixed(0)} MB`)
})
