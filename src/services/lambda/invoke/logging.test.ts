import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { ScriptedEnding } from '../../../sandbox/scripted.ts'
import { lambdaWorld } from '../testing/world.ts'

let world: Awaited<ReturnType<typeof lambdaWorld>>
let number = 0
let FunctionName = ''
let seen: Record<string, string> = {}
before(async () => {
  world = await lambdaWorld({
    script({ event, spec, print }) {
      seen = spec.environment
      for (const line of event.print ?? []) print(typeof line === 'string' ? line : JSON.stringify(line))
      if (event.fail) throw new Error('no')
      if (event.end) throw new ScriptedEnding(event.end)
    },
  })
})
after(() => world.stop())
beforeEach(() => { FunctionName = `f${++number}` })

/** Makes a function, calls it once, and answers what its log group got. */
async function logged(LoggingConfig: object, event: object = {}, logGroupName = `/aws/lambda/${FunctionName}`) {
  await world.create(FunctionName, { LoggingConfig })
  await world.lambda.invoke({ FunctionName, Payload: JSON.stringify(event) })
  await world.cloud.settle()
  const { events = [] } = await world.cloud.aws().logs.FilterLogEvents({ logGroupName }).catch(() => ({}) as { events?: never[] })
  return events.map((each: { message?: string }) => each.message!.replace(/\n$/, ''))
}
const json = async (levels: object, event: object = {}) =>
  (await logged({ LogFormat: 'JSON', ...levels }, event)).map(line => line.startsWith('{"') ? JSON.parse(line) : line)
const types = (lines: any[]) => lines.map(line => line.type)

test('JSON: INIT_START, START and REPORT are records of the platform', async () => {
  const [init, start, report, ...more] = await json({})
  assert.deepEqual(more, [])
  assert.equal(init.type, 'platform.initStart')
  assert.match(init.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.deepEqual(
    [init.record.initializationType, init.record.phase, init.record.functionName, init.record.functionVersion], ['on-demand', 'init', FunctionName, '$LATEST']
  )
  assert.equal(start.type, 'platform.start')
  assert.deepEqual(Object.keys(start.record), ['requestId', 'functionArn', 'version'])
  assert.equal(report.type, 'platform.report')
  assert.deepEqual(report.record, {
    requestId: start.record.requestId, metrics: { durationMs: 1, billedDurationMs: 2, memorySizeMB: 128, maxMemoryUsedMB: 64, initDurationMs: 1 },
    status: 'success',
  })
})

test('SystemLogLevel: DEBUG shows every phase, WARN only what went wrong', async () => {
  assert.deepEqual(types(await json({ SystemLogLevel: 'DEBUG' })), [
    'platform.initStart', 'platform.initRuntimeDone', 'platform.initReport', 'platform.start', 'platform.runtimeDone', 'platform.report',
  ])
  FunctionName += 'w'
  assert.deepEqual(types(await json({ SystemLogLevel: 'WARN' })), [])
  FunctionName += 'x'
  const failed = await json({ SystemLogLevel: 'WARN' }, { end: { kind: 'exit', code: 3 } })
  assert.deepEqual(failed.map(line => [line.type, line.record.status, line.record.errorType]), [
    ['platform.runtimeDone', 'error', 'Runtime.ExitError'], ['platform.report', 'error', 'Runtime.ExitError'],
  ])
})

test('a timeout is a status of the records, not a line of text', async () => {
  const lines = await json({}, { end: { kind: 'timeout' } })
  assert.deepEqual(lines.slice(2).map(line => [line.type, line.record.status]), [['platform.runtimeDone', 'timeout'], ['platform.report', 'timeout']])
})

test('ApplicationLogLevel: lines of JSON below it are dropped, without a level they are INFO, and what is no JSON stays', async () => {
  const print = [
    { level: 'debug', message: 'no' }, { level: 'INFO', message: 'no' }, { message: 'no' }, { level: 'WARNING', message: 'yes' },
    { level: 'Error', message: 'yes' },
    'plain', '{broken',
  ]
  const lines = await json({ ApplicationLogLevel: 'WARN', SystemLogLevel: 'WARN' }, { print })
  assert.deepEqual(lines.map(line => line.message ?? line), ['yes', 'yes', 'plain', '{broken'])
})

test('a function knows its format and level from its environment', async () => {
  await json({ ApplicationLogLevel: 'ERROR' })
  assert.deepEqual([seen.AWS_LAMBDA_LOG_FORMAT, seen.AWS_LAMBDA_LOG_LEVEL], ['JSON', 'ERROR'])
  FunctionName += 't'
  await logged({})
  assert.deepEqual([seen.AWS_LAMBDA_LOG_FORMAT, seen.AWS_LAMBDA_LOG_LEVEL], ['Text', undefined])
})

test('a log group of its own takes the lines, and several functions may share it', async () => {
  const lines = await logged({ LogGroup: '/shared' }, { print: ['hello'] }, '/shared')
  assert.ok(lines.includes('hello'))
  assert.equal(seen.AWS_LAMBDA_LOG_GROUP_NAME, '/shared')
  FunctionName += '2'
  const both = await logged({ LogGroup: '/shared' }, { print: ['again'] }, '/shared')
  assert.ok(both.includes('hello') && both.includes('again'))
})

test('the configuration shows format and levels, INFO where none is named; text again has none; levels need JSON', async () => {
  const made = await world.create(FunctionName, { LoggingConfig: { LogFormat: 'JSON' } })
  const LogGroup = `/aws/lambda/${FunctionName}`
  assert.deepEqual(made.LoggingConfig, { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO', LogGroup })
  const change = async (LoggingConfig: object) => (await world.lambda.updateFunctionConfiguration({ FunctionName, LoggingConfig })).LoggingConfig
  assert.deepEqual(await change({ SystemLogLevel: 'WARN' }), { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'WARN', LogGroup })
  assert.deepEqual(await change({ LogFormat: 'Text' }), { LogFormat: 'Text', LogGroup })
  await assert.rejects(change({ SystemLogLevel: 'WARN' }), { name: 'InvalidParameterValueException' })
})
