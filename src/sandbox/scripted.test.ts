import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { FunctionSpec, Invocation, Outcome } from '../contracts/sandbox.ts'
import { openSandboxes } from './open.ts'
import type { SandboxOptions } from './options.ts'
import { ScriptedEnding } from './scripted.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }
const lines: string[] = []
const spec: FunctionSpec = {
  runtime: 'nodejs22.x', handler: 'index.handler', codeFolder: '/nowhere', environment: { NAME: 'f' }, memoryMB: 128, ephemeralStorageMB: 512,
  initTimeoutMs: 50, network: 'none', endpoints: [], onOutput: (line) => void lines.push(line),
}
const open = (script: SandboxOptions['script']) => openSandboxes({ driver: 'scripted', folder: '/nowhere', log, ...(script ? { script } : {}) })
const invocation = (payload: unknown, timeoutMs = 1000): Invocation =>
  ({ requestId: 'r', payload: Buffer.from(JSON.stringify(payload)), timeoutMs, invokedFunctionArn: 'arn:aws:lambda:us-east-1:1:function:f' })
const read = (outcome: Outcome): any => 'payload' in outcome ? JSON.parse(Buffer.from(outcome.payload).toString()) : outcome

test('a script answers, prints and throws as a function does', async () => {
  const environment = await open(({ event, spec, print }) => {
    print('hello')
    if (event.fail) throw new RangeError('no')
    return { name: spec.environment.NAME, n: event.n }
  }).start(spec)
  assert.deepEqual(read(await environment.invoke(invocation({ n: 1 }))), { name: 'f', n: 1 })
  assert.deepEqual(lines, ['hello'])
  const failed = await environment.invoke(invocation({ fail: true }))
  assert.equal(failed.kind === 'error' && failed.errorType, 'RangeError')
  assert.equal(read(failed).errorMessage, 'no')
  assert.equal(environment.alive, true)
})

test('a script that takes too long times out, and a scripted ending kills the environment', async () => {
  const slow = await open(() => new Promise(() => {})).start(spec)
  assert.equal((await slow.invoke(invocation({}, 5))).kind, 'timeout')
  assert.equal(slow.alive, false)
  const hungry = await open(() => { throw new ScriptedEnding({ kind: 'exit', signal: 'SIGKILL', outOfMemory: true }) }).start(spec)
  const outcome = await hungry.invoke(invocation({}))
  assert.equal(outcome.kind === 'exit' && outcome.outOfMemory, true)
  assert.equal((await hungry.invoke(invocation({}))).kind, 'exit')
})

test('a script without its driver is refused', () => {
  assert.throws(() => open(undefined), /go together/)
})
