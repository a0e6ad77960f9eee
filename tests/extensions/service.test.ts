import { strict as assert } from 'node:assert'
import { after, before, test } from 'node:test'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { Lambda } from '@aws-sdk/client-lambda'
import { zipSync } from 'fflate'
import type { ZipOptions } from 'fflate'
import { longRunning, service } from '../../src/platform/service.ts'
import { lambda as lambdaService } from '../../src/services/lambda/service.ts'
import { logs as logsService } from '../../src/services/logs/service.ts'
import { startCloud, type TestCloud } from '../../src/testing/index.ts'
import { extension, listenerExtension, nodeExtension } from './programs.ts'

// Extensions as their users have them: in layers of functions, seen in their answers, logs and reports.
const sts = service<any, any>({
  name: 'sts', tables: {}, authorization: { AssumeRole: { resource: 'none' } } as any,
  operations: { AssumeRole: longRunning(async (scope: any) => ({
    Credentials: { AccessKeyId: 'ASIAX', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(scope.now() + 3_600_000) },
  })) } as any,
})
let cloud: TestCloud
let lambda: Lambda
let logs: CloudWatchLogs
before(async () => {
  cloud = await startCloud({ services: [lambdaService, logsService, sts] })
  lambda = new Lambda(cloud.client)
  logs = new CloudWatchLogs(cloud.client)
})
after(async () => {
  lambda.destroy()
  logs.destroy()
  await cloud.stop()
})

/** Of a file that a zip calls executable; its upper half has the mode. */
const executable: ZipOptions = { os: 3, attrs: 0o100755 << 16 }
const echo = 'exports.handler = async (event) => event'

async function make(FunctionName: string, extensions: Record<string, string>, { code = echo, ...more }: { code?: string, [name: string]: unknown } = {}) {
  const entries = Object.entries(extensions).map(([name, text]) => [`extensions/${name}`, [Buffer.from(text), executable] as [Uint8Array, ZipOptions]])
  const files: Record<string, [Uint8Array, ZipOptions]> = Object.fromEntries(entries)
  const layer = await lambda.publishLayerVersion({ LayerName: FunctionName, Content: { ZipFile: zipSync(files) } })
  await lambda.createFunction({
    FunctionName, Runtime: 'nodejs22.x', Handler: 'index.handler', Role: 'arn:aws:iam::000000000000:role/any', Layers: [layer.LayerVersionArn!],
    Code: { ZipFile: zipSync({ 'index.js': Buffer.from(code) }) }, ...more,
  })
}

async function invoke(FunctionName: string, event: object = {}, LogType: 'Tail' | 'None' = 'None') {
  const { Payload, FunctionError, LogResult } = await lambda.invoke({ FunctionName, Payload: JSON.stringify(event), LogType })
  return { answer: JSON.parse(Buffer.from(Payload!).toString()), FunctionError, log: Buffer.from(LogResult ?? '', 'base64').toString() }
}

async function linesOf(FunctionName: string): Promise<string[]> {
  await cloud.settle()
  const { events } = await logs.filterLogEvents({ logGroupName: `/aws/lambda/${FunctionName}` })
  return events!.map((event) => event.message!.trimEnd())
}

test('an extension of a layer: its line and its output are in the log, its time is in REPORT, and its answer does not wait for it', async () => {
  await make('slow', { watcher: nodeExtension('if (event.requestId) await sleep(400)') })
  await invoke('slow')
  await cloud.settle()
  const began = performance.now()
  assert.deepEqual((await invoke('slow', { n: 1 })).answer, { n: 1 })
  assert.ok(performance.now() - began < 350, `${performance.now() - began}`)
  const lines = await linesOf('slow')
  const extensionAt = lines.indexOf('EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]')
  assert.ok(extensionAt > 0 && extensionAt < lines.findIndex((line) => line.startsWith('START ')), lines.join('\n'))
  assert.ok(lines.some((line) => line.startsWith('watcher event {"eventType":"INVOKE"')))
  const durations = lines.flatMap((line) => /^REPORT .*\tDuration: ([\d.]+) ms/.exec(line)?.[1] ?? [])
  assert.equal(durations.length, 2)
  for (const duration of durations) assert.ok(Number(duration) >= 400, duration)
})

test('whoever asks for the log waits for all of it', async () => {
  await make('tail', { watcher: nodeExtension('if (event.requestId) await sleep(200)') })
  const { answer, log } = await invoke('tail', { n: 1 }, 'Tail')
  assert.deepEqual(answer, { n: 1 })
  assert.match(log, /END RequestId: [\w-]+\nREPORT RequestId: [\w-]+\tDuration: [\d.]+ ms/)
})

test('while its extensions work, an environment serves nobody else', async () => {
  const code = 'const id = Math.random(); exports.handler = async () => id'
  await make('busy', { watcher: nodeExtension('if (event.requestId) await sleep(600)') }, { code })
  const first = await invoke('busy')
  const second = await invoke('busy')
  await cloud.settle()
  const third = await invoke('busy')
  assert.notEqual(first.answer, second.answer)
  assert.ok([first.answer, second.answer].includes(third.answer))
})

test('a crash is the function\'s error, and the next invocation has a new environment', async () => {
  await make('crash', { crashes: nodeExtension('if (event.requestId) process.exit(4)') })
  const { answer, FunctionError, log } = await invoke('crash', {}, 'Tail')
  assert.equal(FunctionError, 'Unhandled')
  assert.equal(answer.errorType, 'Extension.Crash')
  assert.match(answer.errorMessage, /^RequestId: [\w-]+ Error: exit status 4$/)
  assert.match(log, /RequestId: [\w-]+ Error: exit status 4\nExtension\.Crash\n/)
  assert.match(log, /REPORT .*\tStatus: error\tError Type: Extension\.Crash/)
  assert.equal((await invoke('crash', {}, 'Tail')).answer.errorType, 'Extension.Crash')
  assert.equal((await linesOf('crash')).filter((line) => line.startsWith('INIT_START')).length, 2)
})

test('an extension that fails in init is started again in the first invocation, and both are in the log', async () => {
  await make('init', { broken: extension('await register([]); process.exit(2)') })
  const { answer } = await invoke('init')
  assert.equal(answer.errorType, 'Extension.Crash')
  const lines = await linesOf('init')
  const reports = lines.flatMap((line) => /^INIT_REPORT .*\tPhase: (\w+)\tStatus: error\tError Type: Extension\.Crash$/.exec(line)?.[1] ?? [])
  assert.deepEqual(reports, ['init', 'invoke'], lines.join('\n'))
  assert.equal(lines.filter((line) => line === 'EXTENSION\tName: broken\tState: Registered\tEvents: []').length, 2)
})

test('a function that times out: the answer, and TIMEOUT for its extension', async () => {
  await make('late', { watcher: nodeExtension() }, { code: 'exports.handler = () => new Promise((r) => setTimeout(r, 60000))', Timeout: 1 })
  const { answer } = await invoke('late')
  assert.equal(answer.errorType, 'Sandbox.Timedout')
  for (let n = 0; n < 50 && !(await linesOf('late')).includes('watcher bye'); n++) await new Promise((resolve) => { setTimeout(resolve, 20) })
  assert.ok((await linesOf('late')).some((line) => line.includes('"shutdownReason":"TIMEOUT"')))
})

test('JSON: what happens to extensions are records, and telemetry has the records of the platform with their figures', async () => {
  const listener = listenerExtension({ types: ['platform'] }, undefined, { onEvent: 'await sleep(200)' })
  await make('json', { listener }, { LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'DEBUG' } })
  for (let n = 0; n < 2; n++) await invoke('json', { n }, 'Tail')
  const lines = await linesOf('json')
  const records = lines.filter((line) => line.startsWith('{"time"')).map((line) => JSON.parse(line))
  assert.deepEqual(records.find((one) => one.type === 'platform.extension')!.record, { name: 'listener', state: 'Ready', events: ['INVOKE', 'SHUTDOWN'] })
  assert.deepEqual(records.find((one) => one.type === 'platform.telemetrySubscription')!.record, { name: 'listener', state: 'Subscribed', types: ['platform'] })
  const told = lines.flatMap((line) => line.startsWith('told ') ? [JSON.parse(line.slice(5))] : [])
  const ofType = (type: string) => told.find((event) => event.type === `platform.${type}`)?.record
  assert.equal(ofType('initStart').functionName, 'json')
  assert.deepEqual(ofType('initRuntimeDone'), { initializationType: 'on-demand', phase: 'init', status: 'success' })
  assert.ok(ofType('initReport').metrics.durationMs > 0)
  const start = ofType('start')
  assert.equal(start.version, '$LATEST')
  assert.match(start.tracing.value, /^Root=1-/)
  assert.equal(start.tracing.spanId, /Parent=(\w+)/.exec(start.tracing.value)![1])
  const done = ofType('runtimeDone')
  assert.deepEqual([done.requestId, done.status, done.metrics.producedBytes, done.tracing], [start.requestId, 'success', 7, start.tracing])
  assert.deepEqual(done.spans.map((span: { name: string }) => span.name), ['responseLatency', 'responseDuration', 'runtimeOverhead'])
  const report = ofType('report')
  assert.deepEqual([report.requestId, report.status, report.metrics.memorySizeMB], [start.requestId, 'success', 128])
  assert.ok(report.metrics.durationMs >= 200 && report.metrics.initDurationMs > 0)
  assert.deepEqual(report.spans.map((span: { name: string }) => span.name), ['extensionOverhead'])
  assert.ok(report.spans[0].durationMs > 100 && report.spans[0].durationMs < report.metrics.durationMs)
})

test('text: a subscription has its line', async () => {
  await make('text', { listener: listenerExtension() })
  await invoke('text')
  const lines = await linesOf('text')
  assert.ok(lines.includes('TELEMETRY\tName: listener\tState: Subscribed\tTypes: [Platform, Function]'), lines.join('\n'))
})

test('a provisioned environment has its extensions before anybody calls', async () => {
  await make('kept', { watcher: nodeExtension() })
  const { Version } = await lambda.publishVersion({ FunctionName: 'kept' })
  await lambda.putProvisionedConcurrencyConfig({ FunctionName: 'kept', Qualifier: Version!, ProvisionedConcurrentExecutions: 1 })
  await cloud.settle()
  assert.ok((await linesOf('kept')).includes('EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]'))
  const answer = await lambda.invoke({ FunctionName: 'kept', Qualifier: Version, Payload: '{"n":2}' })
  assert.equal(Buffer.from(answer.Payload!).toString(), '{"n":2}')
})
