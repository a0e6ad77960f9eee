import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { FunctionSpec } from '../../../contracts/sandbox.ts'
import { ScriptedEnding, type ScriptedOptions } from '../../../sandbox/scripted.ts'
import { lambdaWorld } from '../testing/world.ts'

const closing: (() => void | Promise<void>)[] = []
after(async () => {
  for (const close of closing) await close()
})

/** A cloud, and the environments that were started in it. */
async function world(options: Partial<ScriptedOptions> = {}, folder = mkdtempSync(join(tmpdir(), 'fogbank-snapstart-'))) {
  const specs: FunctionSpec[] = []
  const see = (hook?: (spec: FunctionSpec) => unknown) => (spec: FunctionSpec) => {
    specs.push(spec)
    return hook?.(spec)
  }
  const script = ({ spec }: { spec: FunctionSpec }) => spec.environment
  const made = await lambdaWorld({ script, ...options, init: see(options.init), restore: see(options.restore) }, { dataFolder: folder })
  let ended: Promise<void> | undefined
  const stop = () => ended ??= made.stop()
  closing.push(async () => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const snap = (FunctionName: string, extra = {}) => made.create(FunctionName, {
    Runtime: 'python3.13', Handler: 'app.handler', SnapStart: { ApplyOn: 'PublishedVersions' }, ...extra,
  })
  const used = async (usageType: string) => {
    const { usage } = made.cloud.cloud.platform.scope('lambda', { account: '000000000000', region: 'us-east-1' }).config
    return (await usage.month('000000000000', '2026-01')).filter(sum => sum.usageType === usageType).reduce((sum, { quantity }) => sum + quantity, 0)
  }
  const lines = async (name: string) => {
    await made.cloud.settle()
    const { events = [] } = await made.cloud.aws().logs.FilterLogEvents({ logGroupName: `/aws/lambda/${name}` })
    return events.map(event => event.message!.trimEnd())
  }
  return { ...made, stop, specs, folder, snap, used, lines, snapshots: () => readdirSync(join(folder, 'lambda', 'snapshots')) }
}

test('a published version is Pending until its snapshot is taken, and starts from it; $LATEST does not', async () => {
  let open: (() => void) | undefined
  const gate = new Promise<void>(resolve => { open = resolve })
  const { lambda, cloud, snap, specs, snapshots } = await world({ init: spec => spec.snapshot && gate })
  const made = await snap('f')
  assert.deepEqual(
    [made.Version, made.State, made.StateReasonCode, made.SnapStart], ['1', 'Pending', 'Creating', { ApplyOn: 'PublishedVersions', OptimizationStatus: 'On' }]
  )
  await assert.rejects(lambda.invoke({ FunctionName: 'f', Qualifier: '1' }), {
    name: 'SnapStartNotReadyException', message: 'Lambda is initializing your function. It will be ready to invoke once your function state becomes ACTIVE.',
  })
  open!()
  await cloud.settle()
  const config = await lambda.getFunctionConfiguration({ FunctionName: 'f', Qualifier: '1' })
  assert.deepEqual([config.State, config.SnapStart], ['Active', { ApplyOn: 'PublishedVersions', OptimizationStatus: 'On' }])
  assert.deepEqual((await lambda.getFunctionConfiguration({ FunctionName: 'f' })).SnapStart, { ApplyOn: 'PublishedVersions', OptimizationStatus: 'Off' })
  assert.equal(snapshots().length, 1)
  const env = JSON.parse(Buffer.from((await lambda.invoke({ FunctionName: 'f', Qualifier: '1' })).Payload!).toString())
  assert.equal(env.AWS_LAMBDA_INITIALIZATION_TYPE, 'snap-start')
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_LAMBDA_LOG_GROUP_NAME']) {
    assert.equal(env[name], undefined, name)
  }
  assert.match(env.AWS_CONTAINER_CREDENTIALS_FULL_URI, /^http:\/\/127\.0\.0\.1:9001\//)
  assert.deepEqual(specs.map(spec => spec.snapshot?.mode), ['take', 'restore'])
  assert.equal(specs[0]!.environment.AWS_CONTAINER_AUTHORIZATION_TOKEN, specs[1]!.environment.AWS_CONTAINER_AUTHORIZATION_TOKEN)
  assert.match(JSON.stringify(await specs[1]!.snapshot!.credentials()), /"AccessKeyId":"ASIA.*"Expiration":"/)
  await lambda.invoke({ FunctionName: 'f' })
  assert.equal(specs[2]!.snapshot, undefined)
  // Nothing changed: the same version is the answer. Without SnapStart it is another one.
  assert.equal((await lambda.publishVersion({ FunctionName: 'f' })).Version, '1')
  await lambda.updateFunctionConfiguration({ FunctionName: 'f', SnapStart: { ApplyOn: 'None' } })
  const plain = await lambda.publishVersion({ FunctionName: 'f' })
  assert.deepEqual([plain.Version, plain.State, plain.SnapStart?.OptimizationStatus], ['2', 'Active', 'Off'])
})

test('versions that are published at once are all kept', async () => {
  const { lambda, cloud, snap } = await world()
  const names = Array.from({ length: 8 }, (_, n) => `f${n}`)
  await Promise.all(names.map(name => snap(name)))
  await cloud.settle()
  const states = await Promise.all(names.map(FunctionName => lambda.getFunctionConfiguration({ FunctionName, Qualifier: '1' })))
  assert.deepEqual(states.map(({ State }) => State), names.map(() => 'Active'))
})

test('the log and the bill have the init of the version, and the restores', async () => {
  const { lambda, cloud, snap, lines, used } = await world()
  await snap('f', { MemorySize: 1024 })
  assert.match((await lines('f')).join('\n'), /^INIT_START Runtime Version: .*\nINIT_REPORT Init Duration: 1\.00 ms$/)
  assert.equal(await used('Lambda-GB-Second'), 0.001)
  await lambda.invoke({ FunctionName: 'f', Qualifier: '1' })
  await lambda.invoke({ FunctionName: 'f', Qualifier: '1' })
  const all = (await lines('f')).slice(2)
  assert.match(all[0]!, /^RESTORE_START Runtime Version: python3\.13\.fogbank\tRuntime Version ARN: arn:aws:lambda:/)
  assert.equal(all[1], 'RESTORE_REPORT Restore Duration: 1.00 ms')
  const reports = all.filter(line => line.startsWith('REPORT')).map(line => line.replace(/^REPORT RequestId: \S+\t/, ''))
  assert.deepEqual(reports.map(line => line.trimEnd()), [
    'Duration: 1.00 ms\tBilled Duration: 2 ms\tMemory Size: 1024 MB\tMax Memory Used: 64 MB\tRestore Duration: 1.00 ms\tBilled Restore Duration: 1 ms',
    'Duration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 1024 MB\tMax Memory Used: 64 MB',
  ])
  assert.equal(await used('Lambda-SnapStart-Restored-GB'), 1)
  // Three hours at least are paid for, then what it is kept.
  assert.equal(await used('Lambda-SnapStart-Cached-GB-Second'), 3 * 3600)
  await cloud.clock.advance(3 * 3_600_000 + 5 * 60_000)
  assert.equal(await used('Lambda-SnapStart-Cached-GB-Second'), 3 * 3600 + 300)
  await snap('free', { Runtime: 'java21', Handler: 'App' })
  await cloud.settle()
  await lambda.invoke({ FunctionName: 'free', Qualifier: '1' })
  assert.equal(await used('Lambda-SnapStart-Restored-GB'), 1)
})

test('an init that fails is the version\'s state, with its reason, and the version is not invoked', async () => {
  const ends = { timeout: new ScriptedEnding({ kind: 'timeout' }), exit: new ScriptedEnding({ kind: 'exit', code: 1 }), thrown: new Error('no') }
  const { lambda, cloud, snap } = await world({ init: spec => { throw ends[spec.environment.AWS_LAMBDA_FUNCTION_NAME as keyof typeof ends] } })
  for (const [name, code] of [['timeout', 'FunctionError.InitTimeout'], ['exit', 'FunctionError.RuntimeInitError'], ['thrown', 'FunctionError']] as const) {
    await snap(name)
    await cloud.settle()
    const { State, StateReasonCode, StateReason } = await lambda.getFunctionConfiguration({ FunctionName: name, Qualifier: '1' })
    assert.deepEqual([State, StateReasonCode], ['Failed', code])
    assert.ok(StateReason)
    await assert.rejects(lambda.invoke({ FunctionName: name, Qualifier: '1' }), { name: 'ResourceConflictException', message: /state: Failed/ })
  }
})

test('a restore that fails is SnapStartException, one that takes more than ten seconds SnapStartTimeoutException', async () => {
  const { lambda, cloud, snap, lines } = await world({ restore: spec => {
    throw spec.environment.AWS_LAMBDA_FUNCTION_NAME === 'slow' ? new ScriptedEnding({ kind: 'timeout' }) : new Error('no')
  } })
  await snap('slow')
  await snap('broken')
  await cloud.settle()
  await assert.rejects(lambda.invoke({ FunctionName: 'slow', Qualifier: '1' }), { name: 'SnapStartTimeoutException' })
  await assert.rejects(lambda.invoke({ FunctionName: 'broken', Qualifier: '1' }), { name: 'SnapStartException' })
  assert.match((await lines('slow')).at(-1)!, /^RESTORE_REPORT Restore Duration: 1\.00 ms\tStatus: timeout$/)
  assert.match((await lines('broken')).at(-1)!, /^RESTORE_REPORT Restore Duration: 1\.00 ms\tStatus: error\tError Type: Error$/)
})

test('a snapshot goes with its version, is taken again where it is gone, and after a restart where it was not taken yet', async () => {
  // The first restore takes until there is a second: neither invocation finds the other's environment idle.
  let restores = 0
  const both = Promise.withResolvers<void>()
  const first = await world({ restore: () => {
    if (++restores === 2) both.resolve()
    return both.promise
  } })
  await first.snap('f')
  await first.snap('g')
  await first.cloud.settle()
  assert.equal(first.snapshots().length, 2)
  await first.lambda.deleteFunction({ FunctionName: 'g' })
  assert.equal(first.snapshots().length, 1)
  rmSync(join(first.folder, 'lambda', 'snapshots', first.snapshots()[0]!), { recursive: true })
  await Promise.all([1, 2].map(() => first.lambda.invoke({ FunctionName: 'f', Qualifier: '1' })))
  assert.deepEqual(first.specs.slice(2).map(spec => spec.snapshot?.mode).sort(), ['restore', 'restore', 'take'])
  // It is stopped while the next is being taken.
  const place = first.cloud.cloud.platform.scope('lambda', { account: '000000000000', region: 'us-east-1' })
  const row = (await place.tables.snapshots!.list({}))[0]!
  await place.transact(async (scope: any) => { await scope.tables.snapshots.put({ ...row, state: 'Pending' }) })
  await first.stop()
  const second = await world({}, first.folder)
  await second.cloud.settle()
  assert.deepEqual(second.specs.map(spec => spec.snapshot?.mode), ['take'])
  await second.lambda.invoke({ FunctionName: 'f', Qualifier: '1' })
  await second.lambda.deleteFunction({ FunctionName: 'f', Qualifier: '1' })
  assert.deepEqual(second.snapshots(), [])
})

test('what cannot have SnapStart is refused by name', async () => {
  const { lambda, cloud, create, snap } = await world()
  const refused = (message: RegExp) => ({ name: 'InvalidParameterValueException', message })
  await assert.rejects(
    snap('f', { Runtime: 'nodejs22.x', Handler: 'index.handler' }), refused(/^nodejs22\.x is not supported for SnapStart enabled functions\.$/)
  )
  await assert.rejects(snap('f', { Runtime: 'python3.11' }), refused(/^python3\.11 is not supported/))
  await assert.rejects(snap('f', { EphemeralStorage: { Size: 513 } }), refused(/^EphemeralStorage of more than 512 MB is not supported/))
  await assert.rejects(snap('f', { TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } }), refused(/^TenancyConfig is not supported/))
  await snap('f')
  await cloud.settle()
  await assert.rejects(lambda.updateFunctionConfiguration({ FunctionName: 'f', Runtime: 'nodejs22.x' }), refused(/^nodejs22\.x is not supported/))
  await assert.rejects(
    lambda.putProvisionedConcurrencyConfig({ FunctionName: 'f', Qualifier: '1', ProvisionedConcurrentExecutions: 1 }),
    refused(/^Provisioned Concurrency is not supported/)
  )
  await lambda.updateFunctionConfiguration({ FunctionName: 'f', SnapStart: { ApplyOn: 'None' } })
  await lambda.publishVersion({ FunctionName: 'f' })
  await lambda.createAlias({ FunctionName: 'f', Name: 'live', FunctionVersion: '2' })
  await lambda.putProvisionedConcurrencyConfig({ FunctionName: 'f', Qualifier: 'live', ProvisionedConcurrentExecutions: 1 })
  await assert.rejects(lambda.updateAlias({ FunctionName: 'f', Name: 'live', FunctionVersion: '1' }), refused(/^Invalid alias configuration/))
  await create('g')
  await assert.rejects(
    lambda.updateFunctionConfiguration({ FunctionName: 'g', SnapStart: { ApplyOn: 'PublishedVersions' } }), refused(/^nodejs22\.x is not supported/)
  )
})

test('on a host without snapshots SnapStart is refused, with the way to get it', async () => {
  const { create, snap, lambda } = await world({ noSnapshots: 'criu is not on this machine. Install it.' })
  const refused = { name: 'InvalidParameterValueException', message: 'SnapStart is not supported on this host. criu is not on this machine. Install it.' }
  await assert.rejects(snap('f'), refused)
  await create('f', { Runtime: 'python3.13' })
  await assert.rejects(lambda.updateFunctionConfiguration({ FunctionName: 'f', SnapStart: { ApplyOn: 'PublishedVersions' } }), refused)
})

test('CloudFormation: a version is complete with its snapshot, a failed one fails the stack; attributes tell what $LATEST has', async () => {
  let broken = false
  const { cloud } = await world({ init: () => { if (broken) throw new Error('no') } })
  const { cloudformation, lambda } = cloud.aws()
  const deploy = async (StackName: string) => {
    const template = { Transform: 'AWS::Serverless-2016-10-31', Resources: { F: { Type: 'AWS::Serverless::Function', Properties: {
      FunctionName: StackName, Runtime: 'python3.13', Handler: 'index.handler', InlineCode: 'def handler(event, context): return 1',
      SnapStart: { ApplyOn: 'PublishedVersions' }, AutoPublishAlias: 'live',
    } } }, Outputs: {
      On: { Value: { 'Fn::GetAtt': ['F', 'SnapStartResponse.ApplyOn'] } }, Status: { Value: { 'Fn::GetAtt': ['F', 'SnapStartResponse.OptimizationStatus'] } },
    } }
    await cloudformation.CreateStack({ StackName, TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_AUTO_EXPAND', 'CAPABILITY_IAM'] })
    for (let n = 0; n < 50; n++) {
      await cloud.clock.advance(1000)
      const stack = (await cloudformation.DescribeStacks({ StackName })).Stacks![0]!
      if (!stack.StackStatus!.endsWith('IN_PROGRESS')) return stack
    }
    throw new Error('not yet')
  }
  const good = await deploy('good')
  assert.equal(good.StackStatus, 'CREATE_COMPLETE')
  assert.deepEqual(Object.fromEntries(good.Outputs!.map(output => [output.OutputKey, output.OutputValue])), { On: 'PublishedVersions', Status: 'Off' })
  assert.equal((await lambda.GetFunctionConfiguration({ FunctionName: 'good', Qualifier: 'live' })).State, 'Active')
  broken = true
  assert.equal((await deploy('bad')).StackStatus, 'ROLLBACK_COMPLETE')
  const { StackEvents } = await cloudformation.DescribeStackEvents({ StackName: 'bad' })
  assert.match(
    StackEvents!.map(event => event.ResourceStatusReason ?? '').join('\n'),
    /Version 1 failed to become active: The function failed during initialization: Error/
  )
})
