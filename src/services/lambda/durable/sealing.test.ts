import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { KMS } from '@aws-sdk/client-kms'
import { Lambda } from '@aws-sdk/client-lambda'
import { durableWorld, type Played } from '../testing/durable-world.ts'

const root = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'kms:*', Resource: '*' }
const lambdaMay = {
  Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*',
  Condition: { StringLike: { 'kms:EncryptionContext:aws:lambda:FunctionArn': 'arn:aws:lambda:us-east-1:000000000000:function:*' } },
}
const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

const worlds: { stop: () => Promise<void> }[] = []
test.afterEach(async () => { for (const made of worlds.splice(0)) await made.stop() })

async function keyedWorld(functions: Record<string, Played>, options: { dataFolder?: string } = {}) {
  const base = await durableWorld(functions, options)
  const clients = { kms: new KMS(base.cloud.client), iam: new IAM(base.cloud.client) }
  const newKey = async (...statements: object[]) => (await clients.kms.createKey({ Policy: policyOf(root, ...statements) })).KeyMetadata!.Arn!
  const stop = async () => {
    for (const client of Object.values(clients)) client.destroy()
    await base.stop()
  }
  const made = { ...base, ...clients, newKey, stop }
  worlds.push(made)
  return made
}

/** Everything that an execution can keep: an input, steps, one that is tried again, a callback, a chained invoke, a result. */
let tries = 0
const everything: Record<string, Played> = {
  main: async (event, context) => {
    const one = await context.step('one', async () => `secret-step ${event.word}`)
    const again = await context.step('again', async () => {
      if (++tries === 1) throw new Error('secret-error')
      return 'secret-again'
    }, { retryStrategy: (_: Error, attempt: number) => ({ shouldRetry: attempt < 3, delay: { seconds: 1 } }) })
    const called = await context.invoke<object, string>('call', 'helper:1', { word: 'secret-payload' })
    const back = await context.waitForCallback<string>('back', async () => {})
    return [one, again, called, back]
  },
  helped: async event => event.word,
  helper: { plain: event => `${event.word} answered` },
}
const words = ['input', 'step', 'error', 'again', 'payload', 'callback']
const answer = ['secret-step secret-input', 'secret-again', 'secret-payload answered', '"secret-callback"']

async function runAll(world: Awaited<ReturnType<typeof keyedWorld>>, arn: string) {
  await world.cloud.clock.advance(5000)
  await world.cloud.settle()
  const waiting = (await world.history(arn)).find(event => event.EventType === 'CallbackStarted')!
  await world.lambda.sendDurableExecutionCallbackSuccess({ CallbackId: waiting.CallbackStartedDetails!.CallbackId, Result: Buffer.from('"secret-callback"') })
  await world.cloud.settle()
}

test('DurableConfig.KMSKeyArn: an execution runs as ever, and nothing of its data stands in the store', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'fogbank-sealed-'))
  try {
    const world = await keyedWorld(everything, { dataFolder })
    const KMSKeyArn = await world.newKey(lambdaMay)
    await world.create('helper')
    await world.iam.putRolePolicy({ RoleName: 'role', PolicyName: 'p', PolicyDocument: policyOf({ Effect: 'Allow', Action: 'lambda:*', Resource: '*' }) })
    await world.durable('main', { KMSKeyArn })
    assert.equal((await world.lambda.getFunctionConfiguration({ FunctionName: 'main' })).DurableConfig!.KMSKeyArn, KMSKeyArn)
    const arn = await world.begin('main', { word: 'secret-input' })
    await runAll(world, arn)
    assert.deepEqual(await world.read(arn), { status: 'SUCCEEDED', result: answer })
    const { InputPayload, DurableConfig } = await world.lambda.getDurableExecution({ DurableExecutionArn: arn })
    assert.deepEqual([InputPayload, DurableConfig!.KMSKeyArn], ['{"word":"secret-input"}', KMSKeyArn])
    assert.equal((await world.lambda.listDurableExecutionsByFunction({ FunctionName: 'main' })).DurableExecutions![0]!.KMSKeyArn, KMSKeyArn)
    const events = JSON.stringify(await world.history(arn))
    for (const word of words) assert.ok(events.includes(`secret-${word}`), word)
    await world.durable('helped')
    await world.begin('helped', { word: 'open-input' })
    await world.cloud.stop()
    const store = (await readFile(join(dataFolder, 'store.db'))).toString('latin1')
    assert.ok(store.includes('open-input'), 'what is not sealed is found')
    for (const word of words) assert.ok(!store.includes(`secret-${word}`), word)
  } finally {
    await rm(dataFolder, { recursive: true, force: true })
  }
})

test('who may not decrypt cannot read an execution\'s data, but all the rest; a key that the author may not use is refused', async () => {
  const world = await keyedWorld({ main: async () => 'secret' })
  const KMSKeyArn = await world.newKey(lambdaMay)
  await world.durable('main', { KMSKeyArn })
  const DurableExecutionArn = await world.begin('main')
  const { iam, cloud } = world
  await iam.createUser({ UserName: 'looker' })
  await iam.putUserPolicy({
    UserName: 'looker', PolicyName: 'p', PolicyDocument: policyOf({ Effect: 'Allow', Action: ['lambda:*', 'iam:PassRole'], Resource: '*' })
  })
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = (await iam.createAccessKey({ UserName: 'looker' })).AccessKey!
  const looker = new Lambda({ ...cloud.client, credentials: { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! } })
  await assert.rejects(looker.getDurableExecution({ DurableExecutionArn }), { name: 'KMSAccessDeniedException', message: /kms:Decrypt/ })
  await assert.rejects(looker.getDurableExecutionHistory({ DurableExecutionArn }), { name: 'KMSAccessDeniedException' })
  assert.equal((await looker.getDurableExecution({ DurableExecutionArn, IncludeExecutionData: false })).Status, 'SUCCEEDED')
  assert.ok((await looker.getDurableExecutionHistory({ DurableExecutionArn, IncludeExecutionData: false })).Events!.length > 2)
  // Who invokes a function gets its answer: Lambda opens it.
  const { Payload } = await looker.invoke({ FunctionName: 'main', Qualifier: '1' })
  assert.equal(Buffer.from(Payload!).toString(), '"secret"')
  const changed = { FunctionName: 'main', DurableConfig: { ExecutionTimeout: 60, KMSKeyArn: await world.newKey(lambdaMay) } }
  await assert.rejects(looker.updateFunctionConfiguration(changed), {
    name: 'InvalidParameterValueException', message: /the KMS key is invalid\. .*KMS Exception: AccessDeniedException/,
  })
  looker.destroy()
})

test('an execution keeps the key that it began with; without one on the function, the next has none', async () => {
  const world = await keyedWorld({ main: async (event, context) => {
    await context.wait({ seconds: 60 })
    return event.word
  } })
  const [one, two] = [await world.newKey(lambdaMay), await world.newKey(lambdaMay)]
  await world.durable('main', { KMSKeyArn: one })
  const keys: (string | undefined)[] = []
  const begin = async (KMSKeyArn?: string) => {
    if (KMSKeyArn !== undefined) await world.lambda.updateFunctionConfiguration({ FunctionName: 'main', DurableConfig: { KMSKeyArn } })
    const { DurableExecutionArn } = await world.lambda.invoke({
      FunctionName: 'main', Qualifier: '$LATEST', InvocationType: 'Event', Payload: Buffer.from('{"word":"w"}')
    })
    await world.cloud.settle()
    keys.push((await world.lambda.getDurableExecution({ DurableExecutionArn: DurableExecutionArn! })).DurableConfig!.KMSKeyArn)
    return DurableExecutionArn!
  }
  const arns = [await begin(), await begin(two), await begin('')]
  assert.deepEqual(keys, [one, two, undefined])
  await world.cloud.clock.advance(61_000)
  for (const arn of arns) assert.deepEqual(await world.read(arn), { status: 'SUCCEEDED', result: 'w' })
})

test('a key that cannot be used: nothing starts with it, what runs is tried again until it can be, and can be stopped', async () => {
  const world = await keyedWorld({ main: async (event, context) => {
    await context.wait({ seconds: 600 })
    return event.word
  } })
  const denied = await world.newKey()
  await world.durable('main', { KMSKeyArn: denied, ExecutionTimeout: 2000 })
  const invoke = world.lambda.invoke({ FunctionName: 'main', Qualifier: '1', InvocationType: 'Event', Payload: Buffer.from('{}') })
  await assert.rejects(invoke, { name: 'KMSAccessDeniedException' })
  await world.kms.putKeyPolicy({ KeyId: denied, PolicyName: 'default', Policy: policyOf(root, lambdaMay) })
  const comes = await world.begin('main', { word: 'comes' })
  const late = await world.begin('main', { word: 'late' }, { DurableExecutionName: 'late' })
  await world.kms.disableKey({ KeyId: denied })
  await world.cloud.clock.advance(700_000)
  await assert.rejects(world.read(comes), { name: 'KMSDisabledException' })
  assert.equal((await world.lambda.getDurableExecution({ DurableExecutionArn: comes, IncludeExecutionData: false })).Status, 'RUNNING')
  await world.lambda.stopDurableExecution({ DurableExecutionArn: late, Error: { ErrorMessage: 'secret reason' } })
  await world.kms.enableKey({ KeyId: denied })
  await world.cloud.clock.advance(400_000)
  assert.deepEqual(await world.read(comes), { status: 'SUCCEEDED', result: 'comes' })
  // The reason of its end could not be sealed, and is not kept.
  const stopped = await world.read(late)
  assert.deepEqual([stopped.status, stopped.error!.ErrorType], ['STOPPED', 'KMSDisabledException'])
})

test('a sealed execution goes on in the next cloud on the same folder, and its parent hears of its end', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'fogbank-sealed-restart-'))
  const functions: Record<string, Played> = {
    parent: async (_, context) => context.invoke('call', 'child:1', { word: 'w' }),
    child: async (event, context) => {
      const word = await context.step('word', async () => event.word)
      await context.wait({ days: 2 })
      return `${word} later`
    },
  }
  const day = 86_400_000
  const first = await durableWorld(functions, { dataFolder })
  const { iam, kms } = first.cloud.aws()
  await iam.PutRolePolicy({ RoleName: 'role', PolicyName: 'p', PolicyDocument: policyOf({ Effect: 'Allow', Action: 'lambda:*', Resource: '*' }) })
  const { KeyMetadata } = await kms.CreateKey({ Policy: policyOf(root, lambdaMay) })
  for (const name of Object.keys(functions)) await first.durable(name, { KMSKeyArn: KeyMetadata!.Arn, ExecutionTimeout: 10 * day / 1000 })
  const arn = await first.begin('parent')
  const startMs = first.cloud.clock.now() + day
  await first.stop()
  const second = await durableWorld(functions, { dataFolder, startMs })
  try {
    await second.cloud.clock.advance(2 * day)
    assert.deepEqual(await second.read(arn), { status: 'SUCCEEDED', result: 'w later' })
  } finally {
    await second.stop()
    await rm(dataFolder, { recursive: true, force: true })
  }
})
