import { strict as assert } from 'node:assert'
import { invocation, read } from '../runtimes/place.ts'
import { onEachDriver, until } from './places.ts'
import { extension, nodeExtension } from './programs.ts'

const test = onEachDriver()
const echo = { 'index.js': 'exports.handler = async (event) => event' }
const failureOf = (outcome: unknown) => {
  const { kind, errorType, message } = outcome as Record<string, unknown>
  return [kind, errorType, message]
}

test('an extension that ends in init is Extension.Crash, with its exit status, and the others hear FAILURE', async (start) => {
  const { environment, lines, states } = await start(echo, {
    layer: { 'extensions/crashes': extension('await register([]); process.exit(3)'), 'extensions/watcher': nodeExtension() },
  })
  assert.deepEqual(failureOf(environment.initError), ['extension', 'Extension.Crash', 'exit status 3'])
  assert.equal(environment.alive, false)
  assert.equal(states()[0], 'crashes Registered')
  assert.equal((await environment.invoke(invocation())).kind, 'extension')
  await environment.stop()
  if (lines.some((line) => line.startsWith('watcher registered'))) assert.ok(lines.some((line) => line.includes('FAILURE')), lines.join('\n'))
})

test('an extension that ends in an invocation, or between two', async (start) => {
  const kills = extension('await register(["INVOKE"]); await next(); process.kill(process.pid, "SIGKILL")')
  const inInvoke = await start(echo, { layer: { 'extensions/crashes': kills } })
  assert.deepEqual(failureOf(await inInvoke.environment.invoke(invocation())), ['extension', 'Extension.Crash', 'signal: killed'])
  const between = await start(echo, { layer: { 'extensions/crashes': extension('await register([]); setTimeout(() => process.exit(0), 100); await next()') } })
  assert.equal(between.environment.initError, undefined)
  assert.ok(await until(() => !between.environment.alive))
  await between.environment.stop()
})

test('what cannot be started is Extension.LaunchError', async (start) => {
  const layers = {
    'permission denied': { 'extensions/x': 'not even a program' }, 'no such file or directory': { 'extensions/x': '#!/no/such/interpreter\n' },
  }
  for (const [why, layer] of Object.entries(layers)) {
    const { environment, states } = await start(echo, { layer })
    assert.deepEqual(failureOf(environment.initError), ['extension', 'Extension.LaunchError', `fork/exec /opt/extensions/x: ${why}`])
    assert.deepEqual(states(), ['x LaunchError'])
    await environment.stop()
  }
})

test('init/error and exit/error end the environment by name', async (start) => {
  const report = (phase: string) => extension(`await register(['INVOKE'])
    const path = '/2020-01-01/extension/${phase}/error'
    console.log((await call('POST', path, '{}')).text)
    ${phase === 'exit' ? 'await next()' : ''}
    const answer = await call('POST', path, '{}', { 'Lambda-Extension-Function-Error-Type': 'Extension.NoKey' })
    console.log(answer.status, answer.text.trim())
    process.exit(0)`)
  const init = await start(echo, { layer: { 'extensions/x': report('init') } })
  assert.deepEqual(failureOf(init.environment.initError), ['extension', 'Extension.InitError', 'exit code 0'])
  assert.deepEqual(init.lines.slice(0, 2), [
    '{"errorMessage":"Lambda-Extension-Function-Error-Type not found","errorType":"Extension.MissingHeader"}', '202 {"status":"OK"}',
  ])
  assert.deepEqual(init.events.flatMap((event) => event.type === 'extension' ? [[event.state, event.errorType]] : []), [['InitError', 'Extension.NoKey']])
  const exit = await start(echo, { layer: { 'extensions/x': report('exit') } })
  assert.deepEqual(failureOf(await exit.environment.invoke(invocation())), ['extension', 'Extension.ExitError', 'exit code 0'])
})

test('one that never registers, or never asks for its first event, takes init to its time-out', async (start) => {
  for (const body of ['await sleep(60_000)', 'await register([]); await sleep(60_000)']) {
    const { environment } = await start(echo, { layer: { 'extensions/x': extension(body) }, initTimeoutMs: 700 })
    assert.equal(environment.initError?.kind, 'timeout')
    await environment.stop()
  }
})

test('more than ten external extensions are Extension.LaunchError', async (start) => {
  const layer = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`extensions/x${n}`, '#!/bin/sh\nsleep 60\n']))
  const { environment, events } = await start(echo, { layer })
  assert.deepEqual(failureOf(environment.initError), ['extension', 'Extension.LaunchError', 'ErrTooManyExtensions'])
  assert.ok(events.some((event) => event.type === 'extension' && event.errorType === 'TooManyExtensions'))
  await environment.stop()
})

test('an extension that registers a second time, or under a name that is not its file\'s', async (start) => {
  const { environment, lines } = await start(echo, { layer: { 'extensions/x': extension(`
    const other = await register(['SHUTDOWN'], { 'Lambda-Extension-Name': 'other' })
    console.log(other.status, other.text)
    await register([])
    const again = await call('POST', '/2020-01-01/extension/register', '{}')
    console.log(again.status, again.text)
    await next()`) } })
  assert.equal(environment.initError, undefined, lines.join('\n'))
  assert.deepEqual(lines.slice(0, 2), [
    '403 {"errorMessage":"SHUTDOWN: ShutdownEventNotSupportedForInternalExtension","errorType":"Extension.InvalidEventType"}',
    '403 {"errorMessage":"State transition from Registered to Registered failed for extension x. Error: State transition is not allowed",'
    + '"errorType":"Extension.InvalidExtensionState"}',
  ])
  await environment.stop()
})

test('internal extensions: ten at most, not late, not twice, and every refusal is 403 by name', async (start) => {
  const code = `
    const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/'
    const said = {}
    const ask = async (path, options = {}) => {
      const answer = await fetch(base + path, options)
      const text = await answer.text()
      return { status: answer.status, id: answer.headers.get('lambda-extension-identifier'), ...answer.status === 403 && { type: JSON.parse(text).errorType } }
    }
    const register = (name, body = '{"events":["INVOKE"]}') => ask('register', { method: 'POST', body, headers: name ? { 'Lambda-Extension-Name': name } : {} })
    const next = (id) => ask('event/next', { headers: id ? { 'Lambda-Extension-Identifier': id } : {} })
    said.unnamed = await register('')
    said.malformed = await register('a', '{')
    said.unknownEvent = await register('a', '{"events":["LAUNCH"]}')
    said.missing = await next('')
    said.invalid = await next('x')
    said.unknown = await next('00000000-0000-4000-8000-000000000000')
    const ids = []
    for (let n = 0; n < 10; n++) ids.push((await register('inner' + n, '{}')).id)
    said.twice = await register('inner0')
    said.eleventh = await register('inner10')
    for (const id of ids) void next(id)
    await new Promise((done) => setTimeout(done, 100))
    said.asksTwice = await next(ids[0])
    said.nothing = (await fetch(base + 'nothing')).status
    export const handler = async () => ({ ...said, late: await register('late') })`
  const { environment, lines } = await start({ 'index.mjs': code })
  assert.equal(environment.initError, undefined, lines.join('\n'))
  const said = read(await environment.invoke(invocation()))
  const types = Object.fromEntries(Object.entries(said).map(([name, answer]) => [name, (answer as { type?: string }).type ?? answer]))
  assert.deepEqual(types, {
    unnamed: 'Extension.InvalidExtensionName', malformed: 'InvalidRequestFormat', unknownEvent: 'Extension.InvalidEventType',
    missing: 'Extension.MissingExtensionIdentifier', invalid: 'Extension.InvalidExtensionIdentifier', unknown: 'Extension.UnknownExtensionIdentifier',
    twice: 'Extension.InvalidExtensionState', eleventh: 'Extension.TooManyExtensions', asksTwice: 'Extension.InvalidExtensionState', nothing: 404,
    late: 'Extension.RegistrationClosed',
  })
  await environment.stop()
})
