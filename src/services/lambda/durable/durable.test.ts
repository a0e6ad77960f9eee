import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryPresets } from '@aws/durable-execution-sdk-js'
import { durableWorld, type Played } from '../testing/durable-world.ts'

const world = async (functions: Record<string, Played>) => {
  const made = await durableWorld(functions)
  open.push(made)
  return made
}
const open: { stop: () => Promise<void> }[] = []
test.afterEach(async () => { for (const made of open.splice(0)) await made.stop() })

const dayMs = 86_400_000

test('a workflow of steps answers whoever waits for it, and its execution says what it was given and what came of it', async () => {
  const { durable, lambda, told, cloud } = await world({
    order: async (event, context) => {
      const paid = await context.step('pay', async () => event.price * 2)
      const sent = await context.step('send', async () => `sent for ${paid}`)
      return { paid, sent }
    },
  })
  await durable('order')
  const answer = await lambda.invoke({ FunctionName: 'order', Qualifier: '1', Payload: '{"price":21}' })
  assert.deepEqual([answer.StatusCode, answer.ExecutedVersion, answer.FunctionError], [200, '1', undefined])
  assert.deepEqual(JSON.parse(Buffer.from(answer.Payload!).toString()), { paid: 42, sent: 'sent for 42' })
  const arn = answer.DurableExecutionArn!
  assert.match(arn, /^arn:aws:lambda:us-east-1:\d{12}:function:order:1\/durable-execution\/[\w-]{36}\/[\w-]{36}$/)
  const { $metadata: _, StartTimestamp, EndTimestamp, ...execution } = await lambda.getDurableExecution({ DurableExecutionArn: arn })
  assert.deepEqual([StartTimestamp!.getTime(), EndTimestamp!.getTime()], [cloud.clock.now(), cloud.clock.now()])
  assert.deepEqual({ ...execution, TraceHeader: undefined }, {
    DurableExecutionArn: arn, DurableExecutionName: arn.split('/')[2], FunctionArn: arn.split('/')[0], Status: 'SUCCEEDED', InputPayload: '{"price":21}',
    Result: '{"paid":42,"sent":"sent for 42"}', Version: '1', TraceHeader: undefined, DurableConfig: { ExecutionTimeout: 900, RetentionPeriodInDays: 7 },
    ExecutionDataIncluded: true,
  })
  const { InputPayload, Result, Status, ExecutionDataIncluded } = await lambda.getDurableExecution({ DurableExecutionArn: arn, IncludeExecutionData: false })
  assert.deepEqual([InputPayload, Result, Status, ExecutionDataIncluded], [undefined, undefined, 'SUCCEEDED', false])
  assert.deepEqual(await told(arn), [
    'ExecutionStarted', 'StepStarted pay', 'StepSucceeded pay', 'StepStarted send', 'StepSucceeded send', 'InvocationCompleted', 'ExecutionSucceeded',
  ])
})

test('a step that fails is tried again when its delay is over, with the attempts counted; the steps before it are not done again', async () => {
  const done: string[] = []
  const { durable, begin, read, cloud, history } = await world({
    shaky: async (_, context) => {
      await context.step('once', async () => void done.push('once'))
      return context.step('shaky', async () => {
        done.push('shaky')
        if (done.length < 4) throw new Error(`no ${done.length}`)
        return 'at last'
      }, { retryStrategy: (_, attempt) => ({ shouldRetry: attempt < 5, delay: { seconds: 10 ** attempt } }) })
    },
  })
  await durable('shaky')
  const arn = await begin('shaky')
  assert.deepEqual(done, ['once', 'shaky'])
  await cloud.clock.advance(9_999)
  assert.equal(done.length, 2)
  await cloud.clock.advance(1)
  assert.equal(done.length, 3)
  await cloud.clock.advance(100_000)
  assert.deepEqual(await read(arn), { status: 'SUCCEEDED', result: 'at last' })
  const failed = (await history(arn)).filter(event => event.EventType === 'StepFailed').map(event => event.StepFailedDetails!)
  const attempts = failed.map(({ RetryDetails, Error }) => [RetryDetails!.CurrentAttempt, RetryDetails!.NextAttemptDelaySeconds, Error!.Payload!.ErrorMessage])
  assert.deepEqual(attempts, [[1, 10, 'no 2'], [2, 100, 'no 3']])
})

test('a step that is not tried again fails the execution, and whoever waits is told the error', async () => {
  const { durable, lambda, read } = await world({
    doomed: async (_, context) => context.step('doomed', async () => { throw new TypeError('never') }, { retryStrategy: retryPresets.noRetry }),
  })
  await durable('doomed')
  const answer = await lambda.invoke({ FunctionName: 'doomed:1' })
  const payload = JSON.parse(Buffer.from(answer.Payload!).toString())
  assert.deepEqual([answer.FunctionError, payload.errorMessage], ['Unhandled', 'never'])
  const { status, error } = await read(answer.DurableExecutionArn!)
  assert.deepEqual([status, error!.ErrorMessage], ['FAILED', 'never'])
})

test('a wait of a day suspends the function, and a day later it goes on where it was', async () => {
  const { durable, begin, read, cloud, invoked, history } = await world({
    patient: async (_, context) => {
      const before = await context.step('before', async () => 1)
      await context.wait('a day', { days: 1 })
      return before + await context.step('after', async () => 1)
    },
  })
  await durable('patient', { ExecutionTimeout: 31_622_400 })
  const arn = await begin('patient')
  assert.equal((await read(arn)).status, 'RUNNING')
  await cloud.clock.advance(dayMs - 1)
  assert.equal(invoked.length, 1)
  await cloud.clock.advance(1)
  assert.deepEqual(await read(arn), { status: 'SUCCEEDED', result: 2 })
  assert.equal(invoked.length, 2)
  const wait = (await history(arn)).find(event => event.EventType === 'WaitStarted')!.WaitStartedDetails!
  assert.deepEqual([wait.Duration, wait.ScheduledEndTimestamp!.getTime() > Date.now()], [86_400, true])
})

/** The id of the callback that an execution waits for. */
const callbackOf = (events: { CallbackStartedDetails?: { CallbackId: string | undefined } | undefined }[]) =>
  events.findLast(event => event.CallbackStartedDetails)!.CallbackStartedDetails!.CallbackId!

test('a callback that is completed from outside wakes the execution with its result; it can be completed once', async () => {
  const { durable, begin, read, lambda, cloud, history } = await world({
    approval: async (_, context) => `approved by ${await context.waitForCallback('approve', async () => {}, { timeout: { hours: 1 } })}`,
  })
  await durable('approval')
  const arn = await begin('approval')
  const CallbackId = callbackOf(await history(arn))
  await lambda.sendDurableExecutionCallbackSuccess({ CallbackId, Result: Buffer.from('Ada') })
  await cloud.settle()
  assert.deepEqual(await read(arn), { status: 'SUCCEEDED', result: 'approved by Ada' })
  await assert.rejects(lambda.sendDurableExecutionCallbackSuccess({ CallbackId }), {
    name: 'CallbackTimeoutException', message: 'The callback is either timed out or already completed',
  })
  await assert.rejects(lambda.sendDurableExecutionCallbackHeartbeat({ CallbackId: 'bm9uZQ==' }), {
    name: 'InvalidParameterValueException', message: 'Invalid callback id',
  })
})

test('a callback that is failed from outside throws its error in the workflow', async () => {
  const { durable, begin, read, lambda, cloud, history } = await world({
    refused: async (_, context) => {
      const [promise] = await context.createCallback('approve')
      return promise.catch((error: any) => `refused: ${error.message}`)
    },
  })
  await durable('refused')
  const arn = await begin('refused')
  await lambda.sendDurableExecutionCallbackFailure({ CallbackId: callbackOf(await history(arn)), Error: { ErrorType: 'Refused', ErrorMessage: 'too dear' } })
  await cloud.settle()
  assert.deepEqual(await read(arn), { status: 'SUCCEEDED', result: 'refused: too dear' })
})

test('a callback times out by its time-out, and by its heartbeat where nobody gives a sign of life', async () => {
  const { durable, begin, read, lambda, cloud, history, told } = await world({
    waiting: async (config, context) => {
      const [promise] = await context.createCallback('sign', config)
      return promise.catch((error: any) => error.message)
    },
  })
  await durable('waiting')
  const slow = await begin('waiting', { timeout: { seconds: 100 } })
  await cloud.clock.advance(99_999)
  assert.equal((await read(slow)).status, 'RUNNING')
  await cloud.clock.advance(1)
  assert.deepEqual(await read(slow), { status: 'SUCCEEDED', result: 'Callback timed out' })
  const beating = await begin('waiting', { timeout: { seconds: 100 }, heartbeatTimeout: { seconds: 10 } })
  for (let beats = 0; beats < 3; beats++) {
    await cloud.clock.advance(9000)
    await lambda.sendDurableExecutionCallbackHeartbeat({ CallbackId: callbackOf(await history(beating)) })
  }
  await cloud.clock.advance(9999)
  assert.equal((await read(beating)).status, 'RUNNING')
  await cloud.clock.advance(1)
  assert.deepEqual(await read(beating), { status: 'SUCCEEDED', result: 'Callback timed out on heartbeat' })
  assert.deepEqual(await told(beating), [
    'ExecutionStarted', 'CallbackStarted sign', 'InvocationCompleted', 'CallbackTimedOut sign', 'InvocationCompleted', 'ExecutionSucceeded',
  ])
})

test('a chained invoke runs another function with the rights of the role: a plain one, a durable one, and one that fails', async () => {
  const { durable, create, begin, read, lambda, history, cloud } = await world({
    parent: async (_, context) => {
      const plain = await context.invoke('plain', 'plain', { n: 1 })
      const child = await context.invoke('child', 'child:1', { n: 2 })
      const failed = await context.invoke('failing', 'failing', {}).catch((error: any) => error.message)
      const missing = await context.invoke('missing', 'nowhere', {}).catch((error: any) => error.message)
      const unqualified = await context.invoke('unqualified', 'child', {}).catch((error: any) => error.message)
      return { plain, child, failed, missing, unqualified }
    },
    plain: { plain: event => event.n + 10 },
    failing: { plain: () => { throw new Error('plainly wrong') } },
    child: async (event, context) => {
      await context.wait({ hours: 2 })
      return event.n + 100
    },
  })
  const iam = cloud.aws().iam
  for (const name of ['plain', 'failing']) await create(name)
  for (const name of ['parent', 'child']) await durable(name, { ExecutionTimeout: 86_400 })
  await iam.PutRolePolicy({ RoleName: 'role', PolicyName: 'invoke', PolicyDocument: JSON.stringify({
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }],
  }) })
  const arn = await begin('parent')
  assert.equal((await read(arn)).status, 'RUNNING')
  const childArn = (await history(arn)).findLast(event => event.ChainedInvokeStartedDetails)!.ChainedInvokeStartedDetails!.DurableExecutionArn!
  assert.equal((await read(childArn)).status, 'RUNNING')
  assert.equal((await lambda.getDurableExecution({ DurableExecutionArn: childArn })).InputPayload, '{"n":2}')
  await cloud.clock.advance(7_200_000)
  const { status, result } = await read(arn)
  assert.equal(status, 'SUCCEEDED')
  assert.match(result.missing, /Function not found: .*function:nowhere/)
  assert.deepEqual({ ...result, missing: '' }, {
    plain: 11, child: 102, failed: 'plainly wrong', missing: '', unqualified: 'You cannot invoke a durable function using an unqualified ARN.',
  })
})

test('a chained invoke that the role may not do fails', async () => {
  const { durable, create, begin, read } = await world({
    parent: async ({ target }, context) => context.invoke('other', target, {}).catch((error: any) => error.message),
    plain: { plain: () => 'never' }, child: async () => 'never',
  })
  await create('plain')
  await durable('parent')
  await durable('child')
  for (const target of ['plain', 'child:1']) {
    const { status, result } = await read(await begin('parent', { target }))
    assert.equal(status, 'SUCCEEDED')
    assert.match(result, /not authorized to perform: lambda:InvokeFunction/)
  }
})

test('branches run in parallel, each with its own waits and steps, and a map does so for each item', async () => {
  const { durable, begin, read, cloud, lambda } = await world({
    branches: async (event, context) => {
      const parallel = await context.parallel('both', [
        async child => { await child.wait({ seconds: 60 }); return child.step('late', async () => 'late') },
        async child => child.step('early', async () => 'early'),
      ])
      const map = await context.map('each', event.items, async (child, item: any) => child.step(async () => item * item), { maxConcurrency: 2 })
      return [parallel.getResults(), map.getResults()]
    },
  })
  await durable('branches')
  const arn = await begin('branches', { items: [1, 2, 3, 4, 5] })
  assert.equal((await read(arn)).status, 'RUNNING')
  await cloud.clock.advance(60_000)
  assert.deepEqual(await read(arn), { status: 'SUCCEEDED', result: [['late', 'early'], [1, 4, 9, 16, 25]] })
  const { Events } = await lambda.getDurableExecutionHistory({ DurableExecutionArn: arn, MaxItems: 1000 })
  const contexts = Events!.filter(event => event.EventType === 'ContextStarted')
  assert.deepEqual([contexts.length, contexts.filter(event => event.ParentId).length], [9, 7])
})

test('a condition is polled until it holds', async () => {
  let polls = 0
  const { durable, begin, read, cloud } = await world({
    polling: async (_, context) => context.waitForCondition('ready', async (state: number) => { polls++; return state + 1 }, {
      initialState: 0, waitStrategy: state => state < 3 ? { shouldContinue: true, delay: { seconds: 30 } } : { shouldContinue: false },
    }),
  })
  await durable('polling')
  const arn = await begin('polling')
  await cloud.clock.advance(59_999)
  assert.equal(polls, 2)
  await cloud.clock.advance(1)
  assert.deepEqual([polls, await read(arn)], [3, { status: 'SUCCEEDED', result: 3 }])
})

test('a replay does no step again, and tells the SDK what changed since', async () => {
  const ran: string[] = []
  const { durable, begin, invoked, cloud, read } = await world({
    replaying: async (_, context) => {
      const step = (name: string) => context.step(name, async () => { ran.push(name); return Math.random() })
      const first = await step('a')
      await context.wait('pause', { seconds: 5 })
      const second = await step('b')
      await context.wait('pause again', { seconds: 5 })
      return first !== second && await step('c') !== first
    },
  })
  await durable('replaying')
  const arn = await begin('replaying')
  await cloud.clock.advance(10_000)
  assert.deepEqual([ran, await read(arn)], [['a', 'b', 'c'], { status: 'SUCCEEDED', result: true }])
  const states = invoked.map(({ event }) => event.InitialExecutionState.Operations.map((operation: any) => `${operation.Type} ${operation.Status}`))
  assert.deepEqual(states, [
    ['EXECUTION STARTED'],
    ['EXECUTION STARTED', 'STEP SUCCEEDED', 'WAIT SUCCEEDED'],
    ['EXECUTION STARTED', 'STEP SUCCEEDED', 'WAIT SUCCEEDED', 'STEP SUCCEEDED', 'WAIT SUCCEEDED'],
  ])
  const updated = invoked.map(({ event: { InitialExecutionState: { Operations }, UpdatedOperationIds: ids } }) =>
    ids.map((id: string) => Operations.find((operation: any) => operation.Id === id).Name))
  assert.deepEqual(updated, [[arn.split('/')[2]], ['pause'], ['pause again']])
})

test('a replay of more operations than an event carries reads the rest by pages', async () => {
  const { durable, begin, read, cloud, invoked } = await world({
    long: async (_, context) => {
      let sum = 0
      for (let n = 0; n < 1100; n++) sum += await context.step(async () => 1)
      await context.wait({ seconds: 1 })
      return sum
    },
  })
  await durable('long')
  const arn = await begin('long')
  await cloud.clock.advance(1000)
  assert.deepEqual(await read(arn), { status: 'SUCCEEDED', result: 1100 })
  const { Operations, NextMarker } = invoked[1]!.event.InitialExecutionState
  assert.deepEqual([Operations.length, typeof NextMarker, NextMarker === ''], [1001, 'string', false])
})
