import { strict as assert } from 'node:assert'
import { invocation } from '../runtimes/place.ts'
import { onEachDriver, until } from './places.ts'
import { extension, listenerExtension } from './programs.ts'

const test = onEachDriver()
const code = { 'index.js': 'console.log("init line"); exports.handler = async (event) => { console.log("line", event.n); return event }' }
interface Told { time: string, type: string, record: any }
const told = (lines: string[]): Told[] => lines.flatMap((line) => line.startsWith('told ') ? [JSON.parse(line.slice(5))] : [])

test('a subscriber has what happened before it subscribed, lines of the function, and the end of an invocation while it goes on', async (start) => {
  const { environment, lines, events } = await start(code, {
    begun: { type: 'initStart', at: Date.now(), record: { phase: 'init' } },
    // Its invocation ends when it has heard that the function is done: it must be told before.
    layer: { 'extensions/listener': listenerExtension({}, undefined, { onEvent: 'await sleep(300)' }) },
  })
  assert.equal(environment.initError, undefined, lines.join('\n'))
  assert.ok(lines.includes('subscribed 200 "OK"'), lines.join('\n'))
  const call = invocation({ n: 5 })
  environment.tell!({ type: 'start', at: Date.now(), record: { requestId: call.requestId } })
  await environment.invoke(call)
  const types = told(lines).map((event) => event.type).filter((type) => type.startsWith('platform.'))
  // The runtime may be done with init before or after somebody subscribed.
  assert.deepEqual([types[0], ...types.slice(1, 3).toSorted(), ...types.slice(3)], [
    'platform.initStart', 'platform.initRuntimeDone', 'platform.subscription', 'platform.extension', 'platform.start', 'platform.runtimeDone',
  ])
  const said = told(lines).filter((event) => event.type === 'function').map((event) => event.record)
  assert.ok(said[0].endsWith('\tinit line\n') && said[1].endsWith('\tline 5\n'), JSON.stringify(said))
  assert.ok(told(lines).every((event) => new Date(event.time).toISOString() === event.time))
  assert.ok(lines.includes('batch POST /path application/json'))
  assert.ok(events.some((event) => event.type === 'subscription' && event.api === 'telemetry' && event.types.join() === 'platform,function'))
  environment.tell!({ type: 'report', at: Date.now(), record: { requestId: call.requestId } })
  await environment.stop()
  assert.ok(told(lines).some((event) => event.type === 'platform.report'), lines.join('\n'))
})

test('the lines of a function that logs JSON are told as JSON from 2022-12-13 on', async (start) => {
  const [text, object] = ['{"a":1}\n', { a: 1 }]
  const expectations = [['2022-07-01', 'JSON', text], ['2022-12-13', 'JSON', object], ['2025-01-29', 'JSON', object], ['2025-01-29', 'Text', text]] as const
  for (const [schemaVersion, AWS_LAMBDA_LOG_FORMAT, expected] of expectations) {
    const print = { 'index.js': 'exports.handler = async () => { process.stdout.write("{\\"a\\":1}\\n") }' }
    const layer = { 'extensions/listener': listenerExtension({ schemaVersion, types: ['function'] }) }
    const { environment, lines } = await start(print, { layer, environment: { AWS_LAMBDA_LOG_FORMAT } })
    await environment.invoke(invocation())
    await environment.stop()
    assert.deepEqual(told(lines).map((event) => event.record), [expected], lines.join('\n'))
  }
})

test('the Logs API: fewer events, by PUT where it is asked for; the other API is refused then, and so is who comes late', async (start) => {
  const request = { schemaVersion: '2021-03-18' }
  const { environment, lines } = await start(code, { layer: { 'extensions/listener': listenerExtension(request, '/2020-08-15/logs', { onEvent: `
    if (event.eventType === 'INVOKE') {
      const late = await call('PUT', '/2020-08-15/logs', '{}')
      console.log('late', late.status, late.text)
    }` }) } })
  assert.equal(environment.initError, undefined, lines.join('\n'))
  const call = invocation({ n: 1 })
  environment.tell!({ type: 'start', at: Date.now(), record: { requestId: call.requestId, version: '$LATEST', tracing: {} } })
  await environment.invoke(call)
  environment.tell!({ type: 'fault', at: Date.now(), record: 'RequestId: x Error' })
  environment.tell!({ type: 'report', at: Date.now(), record: { requestId: call.requestId, metrics: { durationMs: 1 }, status: 'success' } })
  await environment.stop()
  const platform = told(lines).filter((event) => event.type !== 'function').map(({ type, record }) => [type, record])
  assert.deepEqual(platform.filter(([type]) => type !== 'platform.extension' && type !== 'platform.runtimeDone'), [
    ['platform.start', { requestId: call.requestId, version: '$LATEST' }], ['platform.fault', 'RequestId: x Error'],
    ['platform.end', { requestId: call.requestId }], ['platform.report', { requestId: call.requestId, metrics: { durationMs: 1 } }],
  ])
  assert.ok(platform.some(([type]) => type === 'platform.runtimeDone') && platform.some(([type]) => type === 'platform.extension'))
  assert.ok(lines.includes('late 403 {"errorType":"Logs.SubscriptionClosed","errorMessage":"Logs API subscription is closed"}'), lines.join('\n'))
})

test('TCP: a line of JSON for each event', async (start) => {
  const { environment, lines } = await start(code, { layer: { 'extensions/tcp': extension(`
    let heard = ''
    const server = require('node:net').createServer((socket) => socket.on('data', (chunk) => {
      heard += chunk
      process.stdout.write(String(chunk).replace(/^/gm, 'told '))
    }))
    const port = await new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)))
    await register(['INVOKE', 'SHUTDOWN'])
    const answer = await call('PUT', '/2022-07-01/telemetry', JSON.stringify({
      schemaVersion: '2025-01-29', types: ['function'], buffering: { timeoutMs: 25 }, destination: { protocol: 'TCP', port } }))
    console.log(answer.status, answer.text)
    while (JSON.parse(await next()).eventType !== 'SHUTDOWN') for (let n = 0; n < 400 && !heard.includes('line 3'); n++) await sleep(10)
    process.exit(0)`) } })
  assert.equal(environment.initError, undefined, lines.join('\n'))
  await environment.invoke(invocation({ n: 3 }))
  await environment.stop()
  assert.ok(lines.some((line) => line.startsWith('told {"time":') && line.includes('\\tline 3\\n')), lines.join('\n'))
})

test('lines of extensions are a stream of their own', async (start) => {
  const { environment, lines } = await start(code, { layer: {
    'extensions/a-listener': listenerExtension({ types: ['extension'] }),
    'extensions/b-talks': extension('await register(["INVOKE"]); for (;;) { await next(); console.log("talk") }'),
  } })
  assert.equal(environment.initError, undefined, lines.join('\n'))
  await environment.invoke(invocation())
  assert.ok(await until(() => told(lines).some((event) => event.type === 'extension' && event.record === 'talk\n')), lines.join('\n'))
  await environment.stop()
})

test('what nobody takes is tried again, and told when there is a listener', async (start) => {
  const { environment, lines } = await start(code, {
    layer: { 'extensions/listener': listenerExtension({}, undefined, {
      listen: false, onEvent: 'if (event.requestId) { await sleep(200); await open(); await sleep(500) }',
    }) },
  })
  assert.equal(environment.initError, undefined, lines.join('\n'))
  await environment.invoke(invocation({ n: 8 }))
  assert.ok(told(lines).some((event) => event.type === 'function' && event.record.endsWith('\tline 8\n')), lines.join('\n'))
  await environment.stop()
})

test('a listener that falls behind is told how much was dropped', async (start) => {
  const many = { 'index.js': 'exports.handler = async () => { for (let n = 0; n < 4000; n++) process.stdout.write(`line ${n}\\n`) }' }
  const { environment, lines } = await start(many, { layer: { 'extensions/listener': listenerExtension(
    { types: ['function'], buffering: { maxItems: 1000, timeoutMs: 25 } }, undefined,
    { listen: false, onEvent: 'if (event.requestId) { await sleep(1000); await open(); await sleep(2500) }' },
  ) } })
  await environment.invoke(invocation())
  await environment.stop()
  const dropped = told(lines).filter((event) => event.type === 'platform.logsDropped')
  const taken = told(lines).filter((event) => event.type === 'function').length
  assert.ok(dropped.length > 0, `${taken}`)
  assert.equal(dropped[0]!.record.reason, 'Consumer seems to have fallen behind as it has not acknowledged receipt of logs.')
  assert.equal(dropped.reduce((sum, event) => sum + event.record.droppedRecords, 0) + taken, 4000)
})

test('a request out of bounds is 400 and says each of its faults', async (start) => {
  const { environment, lines } = await start(code, { layer: { 'extensions/x': extension(`
    const unknown = await call('PUT', '/2022-07-01/telemetry', '{}', { 'Lambda-Extension-Identifier': '00000000-0000-4000-8000-000000000000' })
    console.log(unknown.status, unknown.text)
    await register([])
    const good = { schemaVersion: '2022-07-01', types: ['platform'], destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain:8080' } }
    const ask = async (changes, path = '/2022-07-01/telemetry') => {
      const answer = await call('PUT', path, typeof changes === 'string' ? changes : JSON.stringify({ ...good, ...changes }))
      console.log(answer.status, JSON.parse(answer.text).errorType ?? '', JSON.parse(answer.text).errorMessage ?? '')
    }
    await ask('{')
    await ask({ types: [], destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain' } })
    await ask({ types: ['all'], schemaVersion: '1999-01-01' })
    await ask({ destination: { protocol: 'HTTP', URI: 'http://example.com:80/' } })
    await ask({ destination: { protocol: 'HTTP', URI: 'https://sandbox.localdomain:8080/' } })
    await ask({ destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain:9001/' } })
    await ask({ destination: { protocol: 'UDP', port: 1 } })
    await ask({ buffering: { maxItems: 999, maxBytes: 1048577, timeoutMs: 24 } })
    await ask({ types: [] }, '/2020-08-15/logs')
    await ask({})
    await ask({})
    await ask({ schemaVersion: '2020-08-15' }, '/2020-08-15/logs')
    await next()`) } })
  assert.equal(environment.initError, undefined, lines.join('\n'))
  const said = lines.filter((line) => /^\d{3} /.test(line)).map((line) => line.trimEnd())
  assert.deepEqual(said, [
    '403 {"errorMessage":"Unknown extension 00000000-0000-4000-8000-000000000000","errorType":"Extension.UnknownExtensionIdentifier"}',
    '400 ValidationError the request is not JSON',
    '400 ValidationError URI port is not provided; types should not be empty',
    '400 ValidationError schemaVersion should be one of 2022-07-01, 2022-12-13, 2025-01-29; types should be among platform, function, extension',
    '400 ValidationError URI host should be sandbox.localdomain',
    '400 ValidationError URI should be http',
    '400 ValidationError URI port 9001 is reserved',
    '400 ValidationError protocol should be HTTP or TCP',
    '400 ValidationError maxItems should be between 1000 and 10000; maxBytes should be between 262144 and 1048576; timeoutMs should be between 25 and 30000',
    '400 Logs.ValidationError schemaVersion should be one of 2020-08-15, 2021-03-18; types should not be empty',
    '200', '200', '400 Logs.ValidationError The extension has subscribed with the Telemetry API already',
  ])
  await environment.stop()
})
