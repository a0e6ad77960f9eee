import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { zipSync } from 'fflate'
import type { Outcome } from '../../contracts/sandbox.ts'
import { extract } from './code/unzip.ts'
import { CreateFunction } from './functions/CreateFunction.ts'
import { UpdateFunctionCode } from './functions/UpdateFunctionCode.ts'
import { GetFunctionConfiguration } from './functions/GetFunctionConfiguration.ts'
import { DeleteFunction } from './functions/DeleteFunction.ts'
import { invokeEvent } from './async/queue.ts'
import { Invoke } from './invoke/Invoke.ts'
import { AddPermission } from './permissions/AddPermission.ts'
import { GetPolicy } from './permissions/GetPolicy.ts'
import { lambda as definition } from './service.ts'
import { PublishVersion } from './versions/PublishVersion.ts'

const folder = await mkdtemp(join(tmpdir(), 'lambda-test-'))
after(() => rm(folder, { recursive: true, force: true }))
const zip = (text: string) => Buffer.from(zipSync({ 'index.js': Buffer.from(text) }))

/** A scope with tables in memory and an environment that answers what the test says. */
function world(respond: (payload: any) => Partial<Outcome> = payload => ({ kind: 'response', payload: Buffer.from(JSON.stringify(payload)) })) {
  const seen = { starts: 0, lines: [] as string[], queued: [] as { task: string, payload: any, at: number | undefined }[] }
  const blobs = new Map<string, Uint8Array>()
  const tables = Object.fromEntries(Object.entries(definition.tables).map(([name, table]) => {
    const rows = new Map<string, any>()
    const list = async ({ prefix = [], limit = 1e9 }: { prefix?: readonly any[], limit?: number } = {}) =>
      [...rows.values()].filter(row => prefix.every((part, i) => table.key(row)[i] === part)).sort((a, b) => table.key(a) < table.key(b) ? -1 : 1)
        .slice(0, limit)
    const id = (key: readonly any[]) => key.join('\n')
    return [name, {
      get: async (...key: any[]) => rows.get(id(key)), put: async (row: any) => void rows.set(id(table.key(row)), row),
      delete: async (...key: any[]) => void rows.delete(id(key)), list,
      async * each() { yield* await list() },
    }]
  }))
  const start = async () => {
    seen.starts++
    return {
      id: randomUUID(), initDurationMs: 5, alive: true, freeze: async () => {}, stop: async () => {},
      invoke: async ({ payload }: { payload: Uint8Array }) => ({
        durationMs: 1.2, maxMemoryUsedMB: 60, ...respond(JSON.parse(Buffer.from(payload).toString())),
      }),
    }
  }
  const Credentials = { AccessKeyId: 'ASIA', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(1e12 + 3_600_000) }
  const scope: any = {
    tables, state: (definition.open as any)(), account: '123456789012', region: 'us-east-1', partition: 'aws', requestId: 'r-1',
    trace: { traceId: '1-2-3', sampled: true },
    now: () => 1e12, newId: () => randomUUID(), transact: (work: any) => work(scope), in: () => scope, publish() {}, authorize: async () => {},
    enqueue: (task: string, payload: any, options: any) => seen.queued.push({ task, payload, at: options?.at }),
    as: () => ({ sts: { AssumeRole: async () => ({ Credentials }) } }), clock: { now: () => 1e12, at: () => () => {} },
    sinks: { trace() {}, usage() {}, metric() {}, log: async (lines: any) => void seen.lines.push(...lines.events.map((event: any) => event.message)) },
    log: { warn() {} }, config: {
      dataFolder: folder, port: 1, endpoint: 'http://127.0.0.1:1', sandboxes: { start, runtimes: async () => [{ name: 'nodejs22.x' }] },
    },
    blobs: {
      bytes: async (name: string) => blobs.get(name),
      put: async (bytes: Uint8Array) => {
        const sha256 = createHash('sha256').update(bytes).digest('hex')
        blobs.set(sha256, bytes)
        return { sha256, sizeBytes: bytes.byteLength }
      },
    },
  }
  const create = (more = {}) => CreateFunction(scope, {
    FunctionName: 'f', Runtime: 'nodejs22.x', Handler: 'index.handler', Role: 'arn:aws:iam::123456789012:role/r', Code: { ZipFile: zip('1') }, ...more,
  })
  return { scope, seen, create }
}

test('CreateFunction: a second function of the name is ResourceConflictException', async () => {
  const { create } = world()
  assert.equal((await create()).State, 'Pending')
  await assert.rejects(create(), { name: 'ResourceConflictException', message: 'Function already exist: f' })
})

test('CreateFunction: what is no zip, and a runtime that the host lacks, are InvalidParameterValueException', async () => {
  const { create } = world()
  await assert.rejects(create({ Code: { ZipFile: Buffer.from('nonsense') } }), { message: /Could not unzip uploaded file/ })
  await assert.rejects(create({ Runtime: 'python3.12' }), { name: 'InvalidParameterValueException', message: /not installed on this host/ })
})

test('a zip whose entry leaves its folder is refused and writes nothing outside', async () => {
  const inner = await mkdtemp(join(folder, 'slip-'))
  await assert.rejects(extract(inner, zipSync({ '../out.txt': Buffer.from('x') })))
  assert.ok(!(await readdir(folder)).includes('out.txt'))
})

test('Invoke: answers the payload, reuses the environment, tells the log tail and the version', async () => {
  const { scope, seen, create } = world()
  await create()
  const call = { FunctionName: 'f', Payload: Buffer.from('{"a":1}'), LogType: 'Tail' as const }
  await Invoke(scope, call)
  const second = await Invoke(scope, call)
  assert.equal(Buffer.from(second.Payload!).toString(), '{"a":1}')
  assert.equal(second.ExecutedVersion, '$LATEST')
  assert.match(
    Buffer.from(second.LogResult!, 'base64').toString(), /^START RequestId: r-1 Version: \$LATEST\nEND RequestId: r-1\nREPORT .*Billed Duration: 2 ms/
  )
  assert.equal(seen.starts, 1)
  await scope.state.logs.flush()
  assert.equal(seen.lines.filter(line => line.startsWith('START')).length, 2)
})

test('Invoke: after UpdateFunctionCode the next invocation has a new environment', async () => {
  const { scope, seen, create } = world()
  await create()
  await Invoke(scope, { FunctionName: 'f' })
  await UpdateFunctionCode(scope, { FunctionName: 'f', ZipFile: zip('2') })
  await Invoke(scope, { FunctionName: 'f' })
  assert.equal(seen.starts, 2)
})

test('Invoke: an exit is Runtime.ExitError, a missing function ResourceNotFoundException, broken JSON InvalidRequestContentException', async () => {
  const { scope, create } = world(() => ({ kind: 'exit', code: 1, signal: null, outOfMemory: false }))
  await assert.rejects(Invoke(scope, { FunctionName: 'f' }), { message: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:f' })
  await create()
  const failed = await Invoke(scope, { FunctionName: 'f' })
  assert.equal(failed.FunctionError, 'Unhandled')
  assert.match(Buffer.from(failed.Payload!).toString(), /Runtime.ExitError.*exit status 1/)
  await assert.rejects(Invoke(scope, { FunctionName: 'f', Payload: Buffer.from('{') }), { name: 'InvalidRequestContentException' })
})

test('Invoke Event: a failing function is tried again after one and after two minutes, then no more', async () => {
  const { scope, seen, create } = world(() => ({ kind: 'error', errorType: 'Error', payload: Buffer.from('{}') }))
  await create()
  assert.equal((await Invoke(scope, { FunctionName: 'f', InvocationType: 'Event' })).StatusCode, 202)
  for (let i = 0; i < seen.queued.length; i++) await invokeEvent(scope, seen.queued[i]!.payload)
  assert.deepEqual(seen.queued.map(task => task.at && task.at - 1e12), [undefined, 60_000, 120_000])
})

test('PublishVersion: the same code is the same version; AddPermission shows in GetPolicy; DeleteFunction takes all', async () => {
  const { scope, create } = world()
  await create()
  assert.equal((await PublishVersion(scope, { FunctionName: 'f' })).Version, '1')
  assert.equal((await PublishVersion(scope, { FunctionName: 'f' })).Version, '1')
  await AddPermission(scope, { FunctionName: 'f', StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' })
  assert.match((await GetPolicy(scope, { FunctionName: 'f' })).Policy!, /"Principal":{"Service":"apigateway.amazonaws.com"}/)
  await DeleteFunction(scope, { FunctionName: 'f' })
  await assert.rejects(GetFunctionConfiguration(scope, { FunctionName: 'f', Qualifier: '1' }), { name: 'ResourceNotFoundException' })
})
