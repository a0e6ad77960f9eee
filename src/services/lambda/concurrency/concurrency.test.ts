import assert from 'node:assert/strict'
import { after, mock, test } from 'node:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import type { Environment, FunctionSpec } from '../../../contracts/sandbox.ts'
import { ScriptedEnding, scriptedSandboxes } from '../../../sandbox/scripted.ts'
import { startCloud, type TestCloudOptions } from '../../../testing/index.ts'

const closing: (() => Promise<void>)[] = []
after(async () => {
  for (const close of closing) await close()
})

interface Started { spec: FunctionSpec, environment: Environment }

/** While it is closed calls wait in the function; `full` resolves when so many do. */
function gateOf() {
  let inside = 0
  let held: PromiseWithResolvers<void> | undefined
  const waiting: { count: number, resolve: () => void }[] = []
  return {
    close() { held = Promise.withResolvers() },
    open() { held?.resolve() },
    full: (count: number) => new Promise<void>(resolve => waiting.push({ count, resolve })),
    async pass() {
      inside++
      for (const one of waiting) if (inside === one.count) one.resolve()
      await held?.promise
      inside--
    },
  }
}

/** A cloud with a function `f` whose calls wait while the gate is closed, and all environments that were started. */
async function world(options: TestCloudOptions & { init?: (spec: FunctionSpec) => unknown, respond?: (event: any) => unknown } = {}) {
  const { init, respond = () => 'fine', ...more } = options
  const started: Started[] = []
  const gate = gateOf()
  const scripted = scriptedSandboxes({
    ...init && { init }, async script({ spec, event }) {
      await gate.pass()
      return { type: spec.environment.AWS_LAMBDA_INITIALIZATION_TYPE, version: spec.environment.AWS_LAMBDA_FUNCTION_VERSION, answer: respond(event) }
    },
  })
  const start = async (spec: FunctionSpec) => {
    const environment = await scripted.start(spec)
    started.push({ spec, environment })
    return environment
  }
  const sandboxes = { ...scripted, start }
  const cloud = await startCloud({ sandboxes, ...more })
  const lambda = new Lambda(cloud.client)
  const iam = new IAM(cloud.client)
  closing.push(async () => {
    lambda.destroy()
    iam.destroy()
    await cloud.stop()
  })
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  const Role = await iam.createRole({ RoleName: 'role', AssumeRolePolicyDocument: JSON.stringify(trust) }).then(
    made => made.Role!.Arn, () => 'arn:aws:iam::000000000000:role/role'
  )
  const create = (FunctionName: string, extra = {}) => lambda.createFunction({
    FunctionName, Runtime: 'nodejs22.x', Handler: 'index.handler', Role, Publish: true, Code: { ZipFile: zipSync({ 'index.js': Buffer.from('x') }) }, ...extra,
  })
  const invoke = async (Qualifier?: string, FunctionName = 'f') => {
    const { Payload, LogResult, FunctionError } = await lambda.invoke({ FunctionName, LogType: 'Tail', ...Qualifier && { Qualifier } })
    return { ...JSON.parse(Buffer.from(Payload!).toString()), error: FunctionError, log: Buffer.from(LogResult!, 'base64').toString() }
  }
  const put = async (Qualifier: string, ProvisionedConcurrentExecutions: number, FunctionName = 'f') => {
    const answer = await lambda.putProvisionedConcurrencyConfig({ FunctionName, Qualifier, ProvisionedConcurrentExecutions })
    await cloud.settle()
    return answer
  }
  const get = (Qualifier: string) => lambda.getProvisionedConcurrencyConfig({ FunctionName: 'f', Qualifier })
  const provisioned = () => started.filter(each => each.spec.environment.AWS_LAMBDA_INITIALIZATION_TYPE === 'provisioned-concurrency')
  const alive = () => provisioned().filter(each => each.environment.alive).length
  return { cloud, lambda, create, invoke, put, get, started, gate, provisioned, alive }
}

test('provisioned environments are initialised before anybody calls, serve their qualifier alone, and show no Init Duration', async () => {
  const { lambda, create, invoke, put, get, provisioned } = await world()
  await create('f')
  await lambda.createAlias({ FunctionName: 'f', Name: 'live', FunctionVersion: '1' })
  const answer = await put('live', 2)
  assert.deepEqual([answer.Status, answer.RequestedProvisionedConcurrentExecutions, answer.AllocatedProvisionedConcurrentExecutions], ['IN_PROGRESS', 2, 0])
  const ready = await get('live')
  assert.deepEqual([ready.Status, ready.AllocatedProvisionedConcurrentExecutions, ready.AvailableProvisionedConcurrentExecutions], ['READY', 2, 2])
  assert.equal(provisioned().length, 2)
  const called = await invoke('live')
  assert.equal(called.type, 'provisioned-concurrency')
  assert.match(called.log, /REPORT/)
  assert.doesNotMatch(called.log, /Init Duration/)
  const direct = await invoke('1')
  assert.equal(direct.type, 'on-demand')
  assert.match(direct.log, /Init Duration/)
  assert.equal(provisioned().length, 2)
})

test('calls beyond what is provisioned spill over to environments on demand', async () => {
  const { create, invoke, put, gate } = await world()
  await create('f')
  await put('1', 1)
  gate.close()
  const calls = [invoke('1'), invoke('1'), invoke('1')]
  await gate.full(3)
  gate.open()
  const types = (await Promise.all(calls)).map(call => call.type).sort()
  assert.deepEqual(types, ['on-demand', 'on-demand', 'provisioned-concurrency'])
})

test('a provisioned environment that crashed is started again', async () => {
  const { cloud, create, invoke, put, get, provisioned, alive } = await world({ respond: () => { throw new ScriptedEnding({ kind: 'exit', code: 1 }) } })
  await create('f')
  await put('1', 2)
  assert.equal((await invoke('1')).error, 'Unhandled')
  await cloud.settle()
  assert.deepEqual([provisioned().length, alive(), (await get('1')).Status], [3, 2, 'READY'])
})

test('an init that fails is FAILED with AWS\'s reason, is tried again every minute, and calls run on demand', async () => {
  let broken = true
  const { cloud, create, put, get } = await world({ init: () => { if (broken) throw new Error('no') } })
  await create('f')
  await put('1', 3)
  const failed = await get('1')
  assert.deepEqual([failed.Status, failed.StatusReason, failed.AllocatedProvisionedConcurrentExecutions], ['FAILED', 'FUNCTION_ERROR_INIT_FAILURE', 0])
  broken = false
  await cloud.clock.advance(60_000)
  await cloud.settle()
  assert.equal((await get('1')).Status, 'READY')
})

test('fewer are asked for: the others end; the configuration is deleted: all end', async () => {
  const { cloud, lambda, create, put, get, alive } = await world()
  await create('f')
  await put('1', 5)
  assert.equal(alive(), 5)
  await put('1', 2)
  assert.equal(alive(), 2)
  await lambda.deleteProvisionedConcurrencyConfig({ FunctionName: 'f', Qualifier: '1' })
  await cloud.settle()
  assert.equal(alive(), 0)
  await assert.rejects(
    get('1'), { name: 'ProvisionedConcurrencyConfigNotFoundException', message: 'No Provisioned Concurrency Config found for this function' }
  )
})

test('an alias that is moved takes its provisioned environments to the other version; without the function none is left', async () => {
  const { cloud, lambda, create, invoke, put, alive, provisioned } = await world()
  await create('f')
  await lambda.updateFunctionCode({ FunctionName: 'f', ZipFile: zipSync({ 'index.js': Buffer.from('y') }), Publish: true })
  await lambda.createAlias({ FunctionName: 'f', Name: 'live', FunctionVersion: '1' })
  await put('live', 2)
  await lambda.updateAlias({ FunctionName: 'f', Name: 'live', FunctionVersion: '2' })
  await cloud.settle()
  assert.deepEqual([provisioned().length, alive()], [4, 2])
  const { type, version } = await invoke('live')
  assert.deepEqual([type, version], ['provisioned-concurrency', '2'])
  await assert.rejects(lambda.updateAlias({ FunctionName: 'f', Name: 'live', RoutingConfig: { AdditionalVersionWeights: { 1: 0.5 } } }), {
    name: 'InvalidParameterValueException', message: 'Invalid alias configuration for Provisioned Concurrency',
  })
  await lambda.deleteFunction({ FunctionName: 'f' })
  await cloud.settle()
  assert.equal(alive(), 0)
})

test('ListProvisionedConcurrencyConfigs: every qualifier with its ARN', async () => {
  const { lambda, create, put } = await world()
  await create('f')
  await lambda.createAlias({ FunctionName: 'f', Name: 'live', FunctionVersion: '1' })
  await put('live', 1)
  const { ProvisionedConcurrencyConfigs: configs } = await lambda.listProvisionedConcurrencyConfigs({ FunctionName: 'f' })
  assert.deepEqual(configs!.map(config => [config.FunctionArn, config.Status]), [['arn:aws:lambda:us-east-1:000000000000:function:f:live', 'READY']])
})

test('what provisioned concurrency cannot be put on, and more than there is, have AWS\'s errors', async () => {
  const { lambda, create, put, invoke } = await world()
  await create('f')
  await assert.rejects(put('$LATEST', 1), { message: 'Provisioned Concurrency Configs cannot be applied to unpublished function versions.' })
  await assert.rejects(put('7', 1), { name: 'ResourceNotFoundException', message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:f:7' })
  await assert.rejects(
    put('none', 1), { name: 'ResourceNotFoundException', message: 'Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:f:none' }
  )
  await assert.rejects(put('1', 0), /Member must have value greater than or equal to 1/)
  await assert.rejects(put('1', 1001), { message: "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [1000]." })
  await assert.rejects(put('1', 901), {
    message: "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
  })
  await lambda.putFunctionConcurrency({ FunctionName: 'f', ReservedConcurrentExecutions: 3 })
  await assert.rejects(put('1', 4), { message: 'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function' })
  await put('1', 2)
  await assert.rejects(
    lambda.putFunctionConcurrency({ FunctionName: 'f', ReservedConcurrentExecutions: 1 }),
    /should not be lower than function's total provisioned concurrency \[2\]/
  )
  await lambda.createAlias({ FunctionName: 'f', Name: 'live', FunctionVersion: '1' })
  await assert.rejects(put('live', 1), { name: 'ResourceConflictException' })
  assert.equal((await invoke('live')).type, 'on-demand')
  const { AccountLimit, AccountUsage } = await lambda.getAccountSettings({})
  assert.deepEqual([AccountLimit!.ConcurrentExecutions, AccountLimit!.UnreservedConcurrentExecutions, AccountUsage!.FunctionCount], [1000, 997, 1])
})

test('what is reserved or provisioned by one function is not there for the others', async () => {
  const { cloud, lambda, create, invoke, gate } = await world()
  await create('f')
  await create('g')
  await lambda.putFunctionConcurrency({ FunctionName: 'g', ReservedConcurrentExecutions: 900 })
  gate.close()
  const calls = Array.from({ length: 100 }, () => cloud.aws().lambda.Invoke({ FunctionName: 'f' }))
  await gate.full(100)
  await assert.rejects(invoke(), { name: 'TooManyRequestsException', message: 'Rate Exceeded.', Reason: 'ConcurrentInvocationLimitExceeded' })
  const other = invoke(undefined, 'g')
  await gate.full(101)
  gate.open()
  await Promise.all([...calls, other])
})

test('a function starts a thousand environments at once, and a hundred more each second', async () => {
  const { cloud, invoke, create, started } = await world({ respond: () => { throw new ScriptedEnding({ kind: 'exit', code: 1 }) } })
  await create('f')
  const many = async (count: number) => {
    const answers: any[] = []
    for (let n = 0; n < count; n += 50) answers.push(...await Promise.all(Array.from({ length: 50 }, () => invoke().catch(error => error))))
    return answers.filter(answer => answer instanceof Error)
  }
  const throttles = await many(1050) as any[]
  assert.deepEqual([throttles.length, throttles[0].Reason, started.length], [50, 'FunctionInvocationRateLimitExceeded', 1000])
  await cloud.clock.advance(500)
  assert.equal((await many(100)).length, 50)
})

test('a reserved function takes ten synchronous requests a second for each unit', async () => {
  const { cloud, lambda, create, invoke } = await world()
  await create('f')
  await lambda.putFunctionConcurrency({ FunctionName: 'f', ReservedConcurrentExecutions: 1 })
  for (let n = 0; n < 10; n++) await invoke()
  await assert.rejects(invoke(), { name: 'TooManyRequestsException', Reason: 'ReservedFunctionInvocationRateLimitExceeded' })
  await cloud.clock.advance(100)
  await invoke()
})

test('provisioned environments are there again after a restart', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'fogbank-provisioned-'))
  closing.push(async () => rmSync(dataFolder, { recursive: true }))
  const first = await world({ dataFolder })
  await first.create('f')
  await first.put('1', 2)
  await first.cloud.stop()
  assert.equal(first.alive(), 0)
  const second = await world({ dataFolder })
  await second.cloud.settle()
  assert.deepEqual([second.alive(), (await second.get('1')).Status], [2, 'READY'])
  assert.equal((await second.invoke('1')).type, 'provisioned-concurrency')
})

test('of what is idle the newest serves first, and what nobody needs for ten minutes ends', async () => {
  const { cloud, create, invoke, gate, started } = await world()
  await create('f')
  gate.close()
  const calls = [invoke(), invoke()]
  await gate.full(2)
  gate.open()
  await Promise.all(calls)
  assert.equal(started.length, 2)
  await cloud.clock.advance(9 * 60_000)
  await invoke()
  await cloud.clock.advance(2 * 60_000)
  assert.deepEqual(started.map(each => each.environment.alive).sort(), [false, true])
  await cloud.clock.advance(10 * 60_000)
  assert.deepEqual(started.map(each => each.environment.alive), [false, false])
})

test('where the machine has little memory left, what was idle longest makes room', async () => {
  const { invoke, create, started } = await world()
  for (const name of ['f', 'g', 'h', 'i']) await create(name)
  for (const name of ['f', 'g', 'h']) await invoke(undefined, name)
  const scarce = mock.method(process, 'availableMemory', () => 0)
  await invoke(undefined, 'i')
  scarce.mock.restore()
  assert.deepEqual(
    started.map(each => [each.spec.environment.AWS_LAMBDA_FUNCTION_NAME, each.environment.alive]), [['f', false], ['g', false], ['h', true], ['i', true]]
  )
})
