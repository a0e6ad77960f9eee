import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import type { Lambda } from '@aws-sdk/client-lambda'
import type { ScriptedOptions } from '../../../sandbox/scripted.ts'
import { lambdaWorld } from '../testing/world.ts'

const closing: (() => Promise<void>)[] = []
after(async () => {
  for (const close of closing) await close()
})

const TenancyConfig = { TenantIsolationMode: 'PER_TENANT' as const }

/** A cloud with a function `f` that isolates its tenants; each environment answers its number, and for whom it is called. */
async function world(script?: ScriptedOptions['script']) {
  const environments = new Map<object, number>()
  const made = await lambdaWorld({ script: script ?? (({ spec, invocation }) => {
    if (!environments.has(spec)) environments.set(spec, environments.size + 1)
    return { environment: environments.get(spec), tenant: invocation.tenantId }
  }) })
  closing.push(made.stop)
  await made.create('f', { TenancyConfig })
  return made
}

const call = async (lambda: Lambda, TenantId?: string) => {
  const { Payload } = await lambda.invoke({ FunctionName: 'f', TenantId })
  return JSON.parse(Buffer.from(Payload!).toString())
}

test('environments are never shared between tenants, and used again for the same one', async () => {
  const { lambda } = await world()
  assert.equal((await lambda.getFunctionConfiguration({ FunctionName: 'f' })).TenancyConfig?.TenantIsolationMode, 'PER_TENANT')
  const answers = []
  for (const tenant of ['blue', 'green', 'blue', 'green', 'blue']) answers.push(await call(lambda, tenant))
  assert.deepEqual(answers.map(({ environment, tenant }) => [environment, tenant]), [[1, 'blue'], [2, 'green'], [1, 'blue'], [2, 'green'], [1, 'blue']])
})

test('many tenants at once: each environment sees one alone', async () => {
  const seen = new Map<object, Set<string>>()
  const { lambda } = await world(({ spec, invocation }) => {
    seen.set(spec, (seen.get(spec) ?? new Set()).add(invocation.tenantId!))
    return new Promise(resolve => setTimeout(resolve, 3))
  })
  await Promise.all(Array.from({ length: 120 }, (_, n) => call(lambda, `t${n % 7}`)))
  assert.ok(seen.size >= 7)
  for (const tenants of seen.values()) assert.equal(tenants.size, 1)
})

test('a tenant is required where the function isolates them, and refused where it does not', async () => {
  const { lambda, create } = await world()
  const name = 'InvalidParameterValueException'
  await assert.rejects(call(lambda), { name, message: /Add a valid tenant ID/ })
  await assert.rejects(lambda.invoke({ FunctionName: 'f', InvocationType: 'Event' }), { name, message: /Add a valid tenant ID/ })
  await assert.rejects(lambda.invokeWithResponseStream({ FunctionName: 'f' }), { name, message: /Add a valid tenant ID/ })
  await assert.rejects(call(lambda, 'bad\\one'), { name: 'ValidationException' })
  await create('g')
  await assert.rejects(lambda.invoke({ FunctionName: 'g', TenantId: 'blue' }), { name, message: /Remove the tenant ID/ })
})

test('an asynchronous event is handled for its tenant', async () => {
  const tenants: unknown[] = []
  const { cloud, lambda } = await world(({ invocation }) => void tenants.push(invocation.tenantId))
  await lambda.invoke({ FunctionName: 'f', InvocationType: 'Event', TenantId: 'blue' })
  await cloud.settle()
  assert.deepEqual(tenants, ['blue'])
})

test('URLs, provisioned concurrency and event source mappings, which name no tenant, are refused', async () => {
  const { lambda } = await world()
  const refusal = { name: 'InvalidParameterValueException', message: /not supported for functions with tenant isolation/ }
  await assert.rejects(lambda.createFunctionUrlConfig({ FunctionName: 'f', AuthType: 'NONE' }), refusal)
  await assert.rejects(lambda.putProvisionedConcurrencyConfig({ FunctionName: 'f', Qualifier: '1', ProvisionedConcurrentExecutions: 1 }), refusal)
  await assert.rejects(lambda.createEventSourceMapping({ FunctionName: 'f', EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:q' }), refusal)
})

test('a function has 2.5 environments of tenants for each unit of its concurrency', async () => {
  const { lambda } = await world()
  await lambda.putFunctionConcurrency({ FunctionName: 'f', ReservedConcurrentExecutions: 2 })
  for (const n of [1, 2, 3, 4, 5]) await call(lambda, `t${n}`)
  await assert.rejects(call(lambda, 't6'), { name: 'TooManyRequestsException' })
  assert.equal((await call(lambda, 't5')).environment, 5)
})

test('with the JSON format, the lines that Lambda writes name the tenant', async () => {
  const { cloud, lambda } = await world()
  const logs = new CloudWatchLogs(cloud.client)
  closing.unshift(async () => logs.destroy())
  await lambda.updateFunctionConfiguration({ FunctionName: 'f', LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'DEBUG' } })
  await call(lambda, 'blue')
  await cloud.settle()
  const { events } = await logs.filterLogEvents({ logGroupName: '/aws/lambda/f' })
  const lines = events!.map(({ message }) => JSON.parse(message!))
  const tenants = Object.fromEntries(lines.map(({ type, record }) => [type, record.tenantId]))
  assert.deepEqual([tenants['platform.start'], tenants['platform.runtimeDone'], tenants['platform.report']], ['blue', 'blue', 'blue'])
})
