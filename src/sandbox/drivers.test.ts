import { strict as assert } from 'node:assert'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test as register } from 'node:test'
import type { Environment, FunctionSpec, Invocation, Outcome } from '../contracts/sandbox.ts'
import { describeHost, probeIsolation } from './host.ts'
import { openSandboxes } from './open.ts'

const folder = mkdtempSync(join(tmpdir(), 'fogbank-sandbox-'))
const log = { debug() {}, info() {}, warn() {}, error() {} }
const path = '/usr/local/bin:/usr/bin:/bin'
const isolation = await probeIsolation()
const opened = {
  process: openSandboxes({ driver: 'process', folder: join(folder, 'process'), log, path }),
  isolated: openSandboxes({ driver: 'isolated', folder: join(folder, 'isolated'), log, path }),
}
let sandboxes = opened.process
/** Every test runs on each driver that works here. */
function test(name: string, run: () => Promise<void>): void {
  for (const driver of ['process', 'isolated'] as const) {
    const skip = driver === 'isolated' && !isolation.works ? isolation.why : false
    register(`${driver}: ${name}`, { skip }, () => {
      sandboxes = opened[driver]
      return run()
    })
  }
}
after(async () => {
  await opened.process.close()
  await opened.isolated.close()
  rmSync(folder, { recursive: true, force: true })
})

let count = 0
async function start(files: Record<string, string>, changes: Partial<FunctionSpec> = {}): Promise<{ environment: Environment, lines: string[] }> {
  const codeFolder = join(folder, `code${count++}`)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(codeFolder, name)), { recursive: true })
    writeFileSync(join(codeFolder, name), text)
  }
  const lines: string[] = []
  const runtime = changes.runtime ?? 'nodejs22.x'
  const environment = await sandboxes.start({
    runtime, handler: runtime.startsWith('node') ? 'index.handler' : 'app.handler', codeFolder,
    environment: { AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`, AWS_LAMBDA_FUNCTION_NAME: 'f', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256' },
    memoryMB: 256, ephemeralStorageMB: 512, initTimeoutMs: 10_000, network: 'none', endpoints: [], onOutput: (line) => void lines.push(line), ...changes,
  })
  return { environment, lines }
}
function invocation(payload: unknown, changes: Partial<Invocation> = {}): Invocation {
  return {
    requestId: `r${count++}`, payload: Buffer.from(JSON.stringify(payload)), timeoutMs: 5000,
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:1:function:f', ...changes,
  }
}
function read(outcome: Outcome | undefined): any {
  assert.ok(outcome && 'payload' in outcome, JSON.stringify(outcome))
  return JSON.parse(Buffer.from(outcome.payload).toString())
}

test('an async handler answers, many times, and its console lines have AWS\'s format', async () => {
  const { environment, lines } = await start({
    'index.js': 'exports.handler = async (e, c) => { console.log("two\\nlines", e); return { ...e, id: c.awsRequestId } }',
  })
  for (let n = 0; n < 3; n++) {
    const call = invocation({ n })
    assert.deepEqual(read(await environment.invoke(call)), { n, id: call.requestId })
    assert.match(lines.at(-1)!, new RegExp(`^\\d{4}-.*Z\\t${call.requestId}\\tINFO\\ttwo\\nlines \\{ n: ${n} \\}$`))
  }
  assert.ok(environment.initDurationMs > 0)
  await environment.stop()
  assert.equal(environment.alive, false)
})

test('ES modules, nested handlers in folders, and undefined as null', async () => {
  const { environment } = await start({ 'src/app.mjs': 'export const a = { b: async () => undefined }' }, { handler: 'src/app.a.b' })
  assert.equal(read(await environment.invoke(invocation({}))), null)
  await environment.stop()
})

test('a callback answers on 22 and is refused by 24', async () => {
  const code = { 'index.js': 'exports.handler = (e, c, done) => { c.callbackWaitsForEmptyEventLoop = false; setTimeout(() => done(null, "late"), 5) }' }
  const old = await start(code)
  assert.equal(read(await old.environment.invoke(invocation({}))), 'late')
  await old.environment.stop()
  const { environment } = await start(code, { runtime: 'nodejs24.x' })
  assert.equal(read(environment.initError).errorType, 'Runtime.CallbackHandlerDeprecated')
})

test('errors have the type, message and trace that the function threw', async () => {
  const { environment, lines } = await start({ 'index.js': 'exports.handler = async () => { throw new TypeError("bad") }' })
  const outcome = await environment.invoke(invocation({}))
  assert.equal(outcome.kind, 'error')
  assert.equal(read(outcome).errorType, 'TypeError')
  assert.equal(read(outcome).trace[0], 'TypeError: bad')
  assert.match(lines.join('\n'), /ERROR\tInvoke Error \t\{"errorType":"TypeError","errorMessage":"bad","stack":\[/)
  await environment.stop()
})

test('a missing module, a missing handler and a syntax error fail init by name', async () => {
  const missing = await start({ 'x.js': '' })
  assert.match(read(missing.environment.initError).errorMessage, /^Error: Cannot find module 'index'\nRequire stack:/)
  assert.equal(read(missing.environment.initError).errorType, 'Runtime.ImportModuleError')
  const none = await start({ 'index.js': 'exports.other = 1' })
  assert.equal(read(none.environment.initError).errorMessage, 'index.handler is undefined or not exported')
  const syntax = await start({ 'index.js': 'exports.handler = (' })
  assert.equal(read(syntax.environment.initError).errorType, 'Runtime.UserCodeSyntaxError')
  assert.equal(syntax.environment.alive, false)
})

test('an unhandled rejection is the invocation\'s error', async () => {
  const { environment } = await start({
    'index.js': 'exports.handler = () => { Promise.reject(new Error("x")); return new Promise(r => setTimeout(r, 1000)) }',
  })
  assert.equal(read(await environment.invoke(invocation({}))).errorType, 'Runtime.UnhandledPromiseRejection')
})

test('a time-out kills, and so does process.exit', async () => {
  const { environment } = await start({ 'index.js': 'exports.handler = () => { for (;;) {} }' })
  const outcome = await environment.invoke(invocation({}, { timeoutMs: 50 }))
  assert.equal(outcome.kind, 'timeout')
  assert.equal(environment.alive, false)
  const exits = await start({ 'index.js': 'exports.handler = () => process.exit(3)' })
  const end = await exits.environment.invoke(invocation({}))
  assert.deepEqual({ kind: end.kind, code: end.kind === 'exit' && end.code }, { kind: 'exit', code: 3 })
})

test('a response over 6 MB is an error, and the environment serves on', async () => {
  const { environment } = await start({ 'index.js': 'exports.handler = async (e) => "x".repeat(e.size)' })
  assert.equal(read(await environment.invoke(invocation({ size: 7e6 }))).errorType, 'Function.ResponseSizeTooLarge')
  assert.equal(read(await environment.invoke(invocation({ size: 6e6 }))).length, 6e6)
  await environment.stop()
})

test('memory over the limit is a kill that says so', async () => {
  const { environment } = await start({
    'index.js': 'exports.handler = async () => { const a = []; for (;;) { a.push(Buffer.alloc(2e7, 1)); await 1; if (a.length > 500) return } }',
  })
  const outcome = await environment.invoke(invocation({}))
  assert.equal(outcome.kind === 'exit' && outcome.outOfMemory, true)
})

test('a streamed response arrives in pieces with its content type', async () => {
  const { environment } = await start({ 'index.mjs': `export const handler = awslambda.streamifyResponse(async (e, out) => {
    out.setContentType('text/plain'); out.write('a'); out.write('b'); out.end() })` })
  let type: string | undefined
  let text: Promise<Buffer[]> | undefined
  const outcome = await environment.invoke(invocation({}, { onStream: (body, contentType) => { type = contentType; text = body.toArray() } }))
  assert.equal(outcome.kind, 'response')
  assert.equal(type, 'text/plain')
  assert.equal(Buffer.concat(await text!).toString(), 'ab')
  await environment.stop()
})

test('Python: answers, prints, logs, and reports errors as its runtime does', async () => {
  const { environment, lines } = await start({ 'app.py': `
import logging
from decimal import Decimal
def handler(event, context):
    print("hello")
    logging.warning("careful")
    if event.get("fail"): raise ValueError("no")
    if event.get("set"): return {1, 2}
    return {"n": Decimal("1.5"), "name": context.function_name, "left": context.get_remaining_time_in_millis() > 0}
` }, { runtime: 'python3.11' })
  assert.deepEqual(read(await environment.invoke(invocation({}))), { n: 1.5, name: 'f', left: true })
  assert.ok(lines.includes('hello'))
  assert.match(lines.join('\n'), /\[WARNING\]\t\d{4}-\S+Z\tr\d+\tcareful/)
  const failed = read(await environment.invoke(invocation({ fail: true })))
  assert.equal(failed.errorType, 'ValueError')
  assert.match(failed.stackTrace[0], /^ {2}File ".*app.py", line 7, in handler\n/)
  assert.equal(failed.stackTrace.length, 1)
  assert.equal(read(await environment.invoke(invocation({ set: true }))).errorType, 'Runtime.MarshalError')
  await environment.stop()
})

test('Python: a missing module and a missing handler', async () => {
  const missing = await start({ 'x.py': '' }, { runtime: 'python3.11' })
  assert.equal(read(missing.environment.initError).errorMessage, "Unable to import module 'app': No module named 'app'")
  const none = await start({ 'app.py': '' }, { runtime: 'python3.11' })
  assert.equal(read(none.environment.initError).errorMessage, "Handler 'handler' missing on module 'app'")
})

test('a runtime that the host lacks is said by name', async () => {
  await assert.rejects(start({ 'a': '' }, { runtime: 'dotnet8' }), { reason: 'runtime-missing' })
})

test('variables that count at the start of a process count', async () => {
  const { environment } =
    await start({ 'index.js': 'exports.handler = async () => process.execArgv.concat(process.env.NODE_OPTIONS, process.throwDeprecation)' },
    { environment: { NODE_OPTIONS: '--throw-deprecation' } })
  assert.deepEqual(read(await environment.invoke(invocation({}))), ['--throw-deprecation', true])
  await environment.stop()
})

test('layers are found, and a frozen environment thaws for its next invocation', async () => {
  const layersFolder = join(folder, `layers${count++}`)
  mkdirSync(join(layersFolder, 'nodejs/node_modules/greet'), { recursive: true })
  writeFileSync(join(layersFolder, 'nodejs/node_modules/greet/index.js'), 'exports.hello = "from a layer"')
  const { environment } = await start(
    { 'index.js': 'let n = 0; setInterval(() => n++, 1); exports.handler = async () => [require("greet").hello, n]' }, { layersFolder },
  )
  assert.equal(read(await environment.invoke(invocation({})))[0], 'from a layer')
  await environment.freeze()
  assert.equal(read(await environment.invoke(invocation({})))[0], 'from a layer')
  await environment.stop()
})

test('of an aborted start, nothing is left running', async () => {
  const files = { 'index.js': 'while (true);' }
  await assert.rejects(start(files, { signal: AbortSignal.timeout(30) }), /abort/i)
  await assert.rejects(start(files, { signal: AbortSignal.abort() }), /abort/i)
})

register('isolated: the function reaches Fogbank on 127.0.0.1 inside a sandbox that has no network', {
  skip: isolation.works ? false : isolation.why,
}, async () => {
  sandboxes = opened.isolated
  const code = `const { request } = require('node:http')
    const ask = (port) => new Promise((ok) => request({ port, host: '127.0.0.1' }, (answer) => answer.on('data', (text) => ok(String(text))))
      .on('error', (e) => ok(e.code)).end())
    exports.handler = async () => [await ask(4566), await ask(4567), Object.keys(require('os').networkInterfaces())]`
  const server = createServer((_request, response) => response.end('fogbank'))
  const endpoints = [{ port: 4566, serve: (socket: Socket) => void server.emit('connection', socket) }]
  const { environment } = await start({ 'index.js': code }, { endpoints })
  assert.deepEqual(read(await environment.invoke(invocation({}))), ['fogbank', 'ECONNREFUSED', ['lo']])
  await environment.stop()
})

register('isolated: an exit code that comes late, on a busy machine, is not lost', { skip: isolation.works ? false : isolation.why }, async () => {
  sandboxes = opened.isolated
  const children = (): string[] => readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ')
  const before = children()
  // Variables that count at the start keep it out of the pool: what is new is this function's.
  const { environment } = await start({ 'index.js': 'exports.handler = () => process.exit(3)' }, { environment: { NODE_OPTIONS: '--no-warnings' } })
  const monitors = children().filter((pid) => !before.includes(pid)).map(Number)
  for (const pid of monitors) process.kill(pid, 'SIGSTOP')
  setTimeout(() => { for (const pid of monitors) process.kill(pid, 'SIGCONT') }, 500)
  const end = await environment.invoke(invocation({}))
  assert.deepEqual({ kind: end.kind, code: end.kind === 'exit' && end.code }, { kind: 'exit', code: 3 })
})

register('isolated: code in a folder that was made anew is seen', { skip: isolation.works ? false : isolation.why }, async () => {
  sandboxes = opened.isolated
  for (const answer of ['first', 'second']) {
    const codeFolder = join(folder, 'anew', 'code')
    rmSync(dirname(codeFolder), { recursive: true, force: true })
    mkdirSync(codeFolder, { recursive: true })
    writeFileSync(join(codeFolder, 'index.js'), `exports.handler = async () => '${answer}'`)
    const { environment } = await start({}, { codeFolder })
    assert.equal(read(await environment.invoke(invocation({}))), answer)
    await environment.stop()
  }
})

register('nothing is left of ended environments', async () => {
  await opened.process.close()
  await opened.isolated.close()
  assert.deepEqual([readdirSync(join(folder, 'process')), existsSync(join(folder, 'isolated')) ? readdirSync(join(folder, 'isolated')) : []], [[], []])
})

register('the host is described with its driver and its runtimes', async () => {
  const host = await describeHost({ path })
  assert.equal(host.driver, isolation.works ? 'isolated' : 'process')
  assert.equal(host.internet, isolation.works && isolation.privileged)
  assert.match(host.network, !isolation.works ? /this machine/ : isolation.privileged ? /public IPv4/ : /no other network/)
  assert.ok(host.runtimes.some((runtime) => runtime.name === 'nodejs22.x'))
  assert.ok((await describeHost({ path: '/nowhere' })).hints.some((hint) => hint.startsWith('No ruby was found')))
})
