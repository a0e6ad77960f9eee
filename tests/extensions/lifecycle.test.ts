import { strict as assert } from 'node:assert'
import { invocation, read } from '../runtimes/place.ts'
import { noFreezer, onEachDriver, processesWith, until } from './places.ts'
import { extension, nodeExtension, pythonExtension, shellExtension } from './programs.ts'

const test = onEachDriver()
const echo = { 'index.js': 'exports.handler = async (event) => event' }

test('extensions in Node.js, Python and shell are started before the function, hear of its invocations and are shut down', async (start) => {
  const { environment, lines, states } = await start({ 'index.js': `console.log("init", Date.now()); ${echo['index.js']}` }, {
    layer: { 'extensions/a-node': nodeExtension(), 'extensions/b-python': pythonExtension(), 'extensions/c-shell': shellExtension('c-shell') },
    accountId: '123456789012',
  })
  assert.equal(environment.initError, undefined, lines.join('\n'))
  assert.deepEqual(states(), ['a-node Ready', 'b-python Ready', 'c-shell Ready'])
  const registered = lines.find((line) => line.startsWith('a-node registered'))!
  assert.deepEqual(JSON.parse(registered.slice('a-node registered '.length)), {
    functionName: 'f', functionVersion: '$LATEST', handler: 'index.handler', accountId: '123456789012',
  })
  const startOf = (pattern: RegExp) => Number(lines.map((line) => pattern.exec(line)?.[1]).find(Boolean))
  assert.ok(startOf(/^a-node started (\d+)$/) < startOf(/\tinit (\d+)$/), lines.join('\n'))
  for (let n = 0; n < 2; n++) {
    const call = invocation({ n }, { traceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1' })
    assert.deepEqual(read(await environment.invoke(call)), { n })
    for (const name of ['a-node', 'b-python', 'c-shell']) {
      const line = lines.findLast((one) => one.startsWith(`${name} event `))!
      const { deadlineMs, ...event } = JSON.parse(line.slice(`${name} event `.length))
      assert.ok(deadlineMs > Date.now() && deadlineMs <= Date.now() + 10_000)
      assert.deepEqual(event, {
        eventType: 'INVOKE', requestId: call.requestId, invokedFunctionArn: call.invokedFunctionArn,
        tracing: { type: 'X-Amzn-Trace-Id', value: call.traceHeader },
      })
    }
  }
  await environment.stop()
  for (const name of ['a-node', 'b-python', 'c-shell']) {
    assert.match(lines.findLast((line) => line.startsWith(`${name} event `))!, /"eventType":"SHUTDOWN","shutdownReason":"SPINDOWN","deadlineMs":\d+/)
    assert.ok(lines.includes(`${name} bye`), lines.join('\n'))
  }
})

test('an invocation lasts until its extensions are done, and its answer is there before', async (start) => {
  const { environment, events } = await start(echo, { layer: { 'extensions/slow': nodeExtension('if (event.requestId) await sleep(300)') } })
  let answeredAt = 0
  const began = performance.now()
  const outcome = await environment.invoke(invocation({ n: 1 }, { onAnswer: (early) => {
    assert.deepEqual(read(early), { n: 1 })
    answeredAt = performance.now()
  } }))
  assert.ok(outcome.durationMs >= 300 && outcome.extensionsMs! >= 200, JSON.stringify(outcome))
  assert.ok(answeredAt > 0 && answeredAt - began < 250, `${answeredAt - began}`)
  const done = events.find((event) => event.type === 'runtimeDone')!
  assert.ok(done.ending.kind === 'response' && done.durationMs < 250 && done.respondedMs! <= done.durationMs)
  await environment.stop()
})

test('an extension that hangs takes the invocation to its time-out, hears of it and is ended', async (start) => {
  const { environment, lines } = await start(echo, { layer: {
    'extensions/hangs': extension(`await register(['INVOKE', 'SHUTDOWN'])
      await next()
      await sleep(600)
      console.log(name, 'event', await next())`),
  } })
  const outcome = await environment.invoke(invocation({}, { timeoutMs: 400 }))
  assert.equal(outcome.kind, 'timeout')
  assert.equal(environment.alive, false)
  await environment.stop()
  assert.match(lines.at(-1)!, /^hangs event .*"shutdownReason":"TIMEOUT"/)
})

test('a function that times out, and one whose runtime ends: its extensions have TIMEOUT and FAILURE', async (start) => {
  const layer = { 'extensions/watcher': nodeExtension() }
  const code = { 'index.js': 'exports.handler = async (event) => event.exit ? process.exit(7) : new Promise((r) => setTimeout(r, 60_000))' }
  const late = await start(code, { layer })
  assert.equal((await late.environment.invoke(invocation({}, { timeoutMs: 200 }))).kind, 'timeout')
  await late.environment.stop()
  assert.ok(late.lines.some((line) => line.includes('"shutdownReason":"TIMEOUT"')) && late.lines.includes('watcher bye'), late.lines.join('\n'))
  const ends = await start(code, { layer })
  const outcome = await ends.environment.invoke(invocation({ exit: true }))
  assert.deepEqual([outcome.kind, outcome.kind === 'exit' && outcome.code], ['exit', 7])
  await ends.environment.stop()
  assert.ok(ends.lines.some((line) => line.includes('"shutdownReason":"FAILURE"')) && ends.lines.includes('watcher bye'), ends.lines.join('\n'))
})

test('shutdown: 2 s for those who asked for it, nothing for the others, and no process stays', async (start) => {
  const marker = `marker${process.pid}${Math.floor(performance.now())}`
  const spawns = `require('node:child_process').spawn('/bin/sh', ['-c', 'sleep 1000; :', '${marker}'], { stdio: 'ignore' })`
  const { environment, lines } = await start(echo, { layer: {
    'extensions/stays': nodeExtension(`${spawns}; if (event.eventType === 'SHUTDOWN') { process.on('SIGTERM', () => {}); await sleep(60_000) }`),
    'extensions/unasked': extension(`await register(['INVOKE']); for (;;) console.log(name, JSON.parse(await next()).eventType)`),
  } })
  await environment.invoke(invocation())
  assert.ok(processesWith(marker) > 0)
  const began = performance.now()
  await environment.stop()
  const took = performance.now() - began
  assert.ok(took >= 1900 && took < 4000, `${took}`)
  assert.ok(lines.some((line) => line.includes('SHUTDOWN')) && !lines.includes('unasked SHUTDOWN') && !lines.includes('stays bye'), lines.join('\n'))
  assert.ok(await until(() => processesWith(marker) === 0))
})

test('shutdown: an extension that did not ask for it is not waited for', async (start) => {
  const unasked = extension('await register(["INVOKE"]); process.on("SIGTERM", () => {}); for (;;) console.log(JSON.parse(await next()).eventType)')
  const { environment, lines } = await start(echo, { layer: { 'extensions/unasked': unasked } })
  await environment.invoke(invocation())
  const began = performance.now()
  await environment.stop()
  assert.ok(performance.now() - began < 1500, `${performance.now() - began}`)
  assert.deepEqual(lines, ['INVOKE'])
})

test('shutdown: SIGTERM and 500 ms for a function with an internal extension, SIGKILL at once without any', async (start) => {
  const internal = `const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
    const call = async (path, options) => fetch('http://' + host + ':' + port + '/2020-01-01/extension/' + path, options)
    const answer = await call('register', { method: 'POST', body: JSON.stringify({ events: ['INVOKE'] }), headers: { 'Lambda-Extension-Name': 'inner' } })
    const headers = { 'Lambda-Extension-Identifier': answer.headers.get('lambda-extension-identifier') }
    void (async () => { for (;;) console.log('inner', (await (await call('event/next', { headers })).json()).eventType) })()\n`
  const rest = 'process.on("SIGTERM", () => { console.log("terminated"); setTimeout(() => process.exit(0), 100) })\nexport const handler = async () => 1'
  const inner = await start({ 'index.mjs': internal + rest })
  assert.equal(inner.environment.initError, undefined, inner.lines.join('\n'))
  assert.deepEqual(inner.states(), ['inner Ready'])
  await inner.environment.invoke(invocation())
  await inner.environment.stop()
  assert.ok(inner.lines.some((line) => line.endsWith('\tinner INVOKE')) && inner.lines.some((line) => line.endsWith('\tterminated')), inner.lines.join('\n'))
  const plain = await start({ 'index.mjs': rest })
  await plain.environment.invoke(invocation())
  await plain.environment.stop()
  assert.ok(!plain.lines.some((line) => line.endsWith('\tterminated')))
})

test('extensions stand still between invocations', async (start) => {
  const { environment, lines } = await start(echo, { layer: { 'extensions/ticks': nodeExtension('setInterval(() => console.log("tick"), 5)') } })
  await environment.invoke(invocation())
  await environment.freeze()
  await new Promise((resolve) => { setTimeout(resolve, 100) })
  const before = lines.length
  await new Promise((resolve) => { setTimeout(resolve, 300) })
  assert.equal(lines.length, before)
  await environment.invoke(invocation())
  assert.ok(await until(() => lines.length > before + 3))
  await environment.freeze()
  await environment.stop()
  assert.ok(lines.includes('ticks bye'), lines.slice(-5).join('\n'))
}, noFreezer)

test('extensions have the function\'s variables, without those of the runtime', async (start) => {
  const { environment, lines } = await start(echo, {
    environment: {
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x', AWS_ACCESS_KEY_ID: 'key', MINE: 'it\'s "mine"\n$HOME', _HANDLER: 'index.handler',
      LAMBDA_TASK_ROOT: '/var/task',
    },
    layer: { 'extensions/says': nodeExtension().replace('(async () => {', '(async () => { console.log(JSON.stringify(process.env))') },
  })
  const seen = JSON.parse(lines.find((line) => line.startsWith('{"'))!)
  assert.equal(seen.MINE, 'it\'s "mine"\n$HOME')
  assert.equal(seen.AWS_ACCESS_KEY_ID, 'key')
  assert.equal(seen.AWS_LAMBDA_FUNCTION_NAME, 'f')
  for (const name of ['_HANDLER', 'AWS_EXECUTION_ENV', 'LAMBDA_TASK_ROOT', 'AWS_LAMBDA_LOG_GROUP_NAME']) assert.equal(seen[name], undefined, name)
  await environment.stop()
})

test('an extension may be who asks for the function\'s work, as adapters for web servers do', async (start) => {
  const adapter = extension(`
    await register([])
    void next()
    for (;;) {
      const work = await call('GET', '/2018-06-01/runtime/invocation/next')
      const path = '/2018-06-01/runtime/invocation/' + work.headers['lambda-runtime-aws-request-id'] + '/response'
      await call('POST', path, JSON.stringify({ adapted: JSON.parse(work.text) }))
    }`)
  const server = { bootstrap: '#!/bin/sh\nexec sleep 1000\n' }
  const { environment, lines, states } = await start(server, { runtime: 'provided.al2023', layer: { 'extensions/adapter': adapter } })
  assert.equal(environment.initError, undefined, lines.join('\n'))
  assert.deepEqual(states(), ['adapter Ready'])
  for (let n = 0; n < 3; n++) assert.deepEqual(read(await environment.invoke(invocation({ n }))), { adapted: { n } })
  await environment.stop()
})

test('a custom runtime has extensions as well', async (start) => {
  const bootstrap = `#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
  id=$(curl -s -D - -o /dev/null "$api/next" | tr -d '\\r' | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //p')
  curl -s -o /dev/null -d '"done"' "$api/$id/response"
done`
  const { environment, lines } = await start({ bootstrap }, { runtime: 'provided.al2023', layer: { 'extensions/watcher': nodeExtension() } })
  assert.equal(environment.initError, undefined, lines.join('\n'))
  assert.equal(read(await environment.invoke(invocation())), 'done')
  await environment.stop()
  assert.ok(lines.includes('watcher bye'), lines.join('\n'))
})
