import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SQS } from '@aws-sdk/client-sqs'
import { durableWorld, type Played } from '../testing/durable-world.ts'
import { zip } from '../testing/world.ts'

const world = async (functions: Record<string, Played>) => {
  const made = await durableWorld(functions)
  open.push(made)
  return made
}
const open: { stop: () => Promise<void> }[] = []
test.afterEach(async () => { for (const made of open.splice(0)) await made.stop() })

const dayMs = 86_400_000
const pausing: Played = async (event, context) => {
  await context.wait('pause', { hours: 1 })
  return event
}
const quick: Played = async (event, context) => context.step('quick', async () => event)

test('StopDurableExecution: a running execution is stopped with the error that was given, and nothing of it runs again', async () => {
  const { durable, begin, lambda, cloud, invoked, history } = await world({ pausing })
  await durable('pausing', { ExecutionTimeout: 86_400 })
  const DurableExecutionArn = await begin('pausing')
  const { StopTimestamp } = await lambda.stopDurableExecution({ DurableExecutionArn, Error: { ErrorType: 'Enough', ErrorMessage: 'no more' } })
  assert.equal(StopTimestamp!.getTime(), cloud.clock.now())
  await cloud.clock.advance(7_200_000)
  const stopped = await lambda.getDurableExecution({ DurableExecutionArn })
  assert.deepEqual([stopped.Status, stopped.Error, invoked.length], ['STOPPED', { ErrorType: 'Enough', ErrorMessage: 'no more' }, 1])
  assert.deepEqual((await history(DurableExecutionArn)).at(-1)!.ExecutionStoppedDetails!.Error!.Payload, { ErrorType: 'Enough', ErrorMessage: 'no more' })
  assert.deepEqual((await lambda.stopDurableExecution({ DurableExecutionArn })).StopTimestamp, StopTimestamp)
  await assert.rejects(lambda.stopDurableExecution({ DurableExecutionArn: `${DurableExecutionArn.slice(0, -4)}0000` }), {
    name: 'ResourceNotFoundException', message: 'Durable Execution does not exist',
  })
})

test('an execution that takes longer than its time-out ends as TIMED_OUT, whatever it waits for', async () => {
  const { durable, begin, read, cloud } = await world({ pausing })
  await durable('pausing', { ExecutionTimeout: 60 })
  const arn = await begin('pausing')
  await cloud.clock.advance(59_999)
  assert.equal((await read(arn)).status, 'RUNNING')
  await cloud.clock.advance(1)
  assert.deepEqual(await read(arn), { status: 'TIMED_OUT', error: { ErrorType: 'Execution.Timeout', ErrorMessage: 'Execution timed out after 60 seconds.' } })
})

test('whoever waits for an execution is answered when it ends, also hours of the clock later', async () => {
  const { durable, lambda, cloud } = await world({
    minutes: async (_, context) => {
      await context.wait({ minutes: 10 })
      return 'done'
    },
  })
  await durable('minutes')
  const waiting = lambda.invoke({ FunctionName: 'minutes:1', DurableExecutionName: 'one' })
  while ((await lambda.listDurableExecutionsByFunction({ FunctionName: 'minutes' })).DurableExecutions!.length === 0);
  await cloud.clock.advance(600_000)
  assert.equal(Buffer.from((await waiting).Payload!).toString(), '"done"')
})

test('a name and its input stand for one execution: again it is answered, with another input it is refused, and free when it is forgotten', async () => {
  const { durable, begin, lambda, cloud, invoked } = await world({ quick })
  await durable('quick', { RetentionPeriodInDays: 1 })
  const first = await begin('quick', { n: 1 }, { DurableExecutionName: 'mine' })
  assert.equal(first.split('/')[2], 'mine')
  assert.equal(await begin('quick', { n: 1 }, { DurableExecutionName: 'mine' }), first)
  const again = await lambda.invoke({ FunctionName: 'quick:1', DurableExecutionName: 'mine', Payload: '{"n":1}' })
  assert.deepEqual([again.DurableExecutionArn, Buffer.from(again.Payload!).toString(), invoked.length], [first, '{"n":1}', 1])
  await assert.rejects(begin('quick', { n: 2 }, { DurableExecutionName: 'mine' }), {
    name: 'DurableExecutionAlreadyStartedException', message: `Execution already started: ${first}`,
  })
  await cloud.clock.advance(dayMs - 1)
  assert.equal((await lambda.getDurableExecution({ DurableExecutionArn: first })).Status, 'SUCCEEDED')
  await cloud.clock.advance(1)
  await assert.rejects(lambda.getDurableExecution({ DurableExecutionArn: first }), { name: 'ResourceNotFoundException' })
  await assert.rejects(lambda.getDurableExecutionHistory({ DurableExecutionArn: first }), { name: 'ResourceNotFoundException' })
  assert.deepEqual((await lambda.listDurableExecutionsByFunction({ FunctionName: 'quick' })).DurableExecutions, [])
  assert.notEqual(await begin('quick', { n: 2 }, { DurableExecutionName: 'mine' }), first)
})

test('an execution keeps the version that it started with, whatever its alias points to later', async () => {
  const versions: string[] = []
  const { durable, begin, lambda, cloud } = await world({ pausing: {
    plain: async (event, { spec, invocation }) => {
      versions.push(spec.environment.AWS_LAMBDA_FUNCTION_VERSION!, invocation.invokedFunctionArn.split(':')[7]!)
      const isOver = event.InitialExecutionState.Operations.some((operation: any) => operation.Status === 'SUCCEEDED')
      if (isOver) return { Status: 'SUCCEEDED', Result: '1' }
      const { DurableExecutionArn, CheckpointToken } = event
      const wait = { Id: 'w', Type: 'WAIT', Action: 'START', WaitOptions: { WaitSeconds: 3600 } } as const
      await lambda.checkpointDurableExecution({ DurableExecutionArn, CheckpointToken, Updates: [wait] })
      return { Status: 'PENDING' }
    },
  } })
  await durable('pausing', { ExecutionTimeout: 86_400 })
  await lambda.createAlias({ FunctionName: 'pausing', Name: 'live', FunctionVersion: '1' })
  await lambda.putProvisionedConcurrencyConfig({ FunctionName: 'pausing', Qualifier: 'live', ProvisionedConcurrentExecutions: 1 })
  await cloud.settle()
  const DurableExecutionArn = await begin('pausing', {}, { Qualifier: 'live' })
  await lambda.updateFunctionConfiguration({ FunctionName: 'pausing', MemorySize: 256 })
  await lambda.publishVersion({ FunctionName: 'pausing' })
  await lambda.updateAlias({ FunctionName: 'pausing', Name: 'live', FunctionVersion: '2' })
  await cloud.clock.advance(3_600_000)
  assert.deepEqual(versions, ['1', 'live', '1', '1'])
  const { Version, Status } = await lambda.getDurableExecution({ DurableExecutionArn })
  assert.deepEqual([Version, Status, DurableExecutionArn.includes('function:pausing:1/')], ['1', 'SUCCEEDED', true])
  assert.match(await begin('pausing', {}, { Qualifier: 'live' }), /:pausing:2\//)
  assert.match(await begin('pausing', {}, { Qualifier: '$LATEST' }), /:pausing:\$LATEST\//)
})

test('executions of a function that was deleted fail when they would go on, also where another function has its name', async () => {
  const { durable, begin, lambda, cloud, read, invoked } = await world({ pausing })
  await durable('pausing', { ExecutionTimeout: 86_400 })
  const arns = [await begin('pausing'), await begin('pausing', { n: 2 })]
  await lambda.deleteFunction({ FunctionName: 'pausing' })
  await durable('pausing', { ExecutionTimeout: 86_400 }, { Code: { ZipFile: zip('other code') } })
  await cloud.clock.advance(3_600_000)
  for (const arn of arns) {
    const { status, error } = await read(arn)
    assert.deepEqual([status, error!.ErrorType], ['FAILED', 'ResourceNotFoundException'])
  }
  assert.equal(invoked.length, 2)
})

test('Invoke: a durable function needs a qualifier, and cannot be waited for where its executions may take longer than 15 minutes', async () => {
  const { durable, create, lambda } = await world({ quick, plain: { plain: () => 1 } })
  await create('plain')
  await assert.rejects(lambda.invoke({ FunctionName: 'plain', DurableExecutionName: 'name' }), { name: 'InvalidParameterValueException' })
  await durable('quick', { ExecutionTimeout: 901 })
  await assert.rejects(lambda.invoke({ FunctionName: 'quick' }), {
    name: 'InvalidParameterValueException', message: 'You cannot invoke a durable function using an unqualified ARN.',
  })
  await assert.rejects(lambda.invoke({ FunctionName: 'quick:1' }), {
    name: 'InvalidParameterValueException', message: 'You cannot synchronously invoke a durable function with an executionTimeout greater than 15 minutes.',
  })
})

test('GetDurableExecutionHistory: by pages, in both directions, with and without data', async () => {
  const { durable, begin, lambda } = await world({ quick })
  await durable('quick')
  const DurableExecutionArn = await begin('quick', { n: 1 })
  const pages = async (ReverseOrder: boolean) => {
    const ids: (number | undefined)[] = []
    for (let Marker: string | undefined, more = true; more; more = Marker !== undefined) {
      const page = await lambda.getDurableExecutionHistory({ DurableExecutionArn, MaxItems: 2, ReverseOrder, Marker })
      ids.push(...page.Events!.map(event => event.EventId))
      Marker = page.NextMarker
    }
    return ids
  }
  assert.deepEqual([await pages(false), await pages(true)], [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]])
  const { Events: full } = await lambda.getDurableExecutionHistory({ DurableExecutionArn })
  assert.deepEqual(full![0]!.ExecutionStartedDetails, { ExecutionTimeout: 900, Input: { Payload: '{"n":1}', Truncated: false } })
  assert.deepEqual(full![2]!.StepSucceededDetails, { RetryDetails: { CurrentAttempt: 1 }, Result: { Payload: '{"n":1}', Truncated: false } })
  const { Events: bare } = await lambda.getDurableExecutionHistory({ DurableExecutionArn, IncludeExecutionData: false })
  const { ExecutionSucceededDetails } = bare![4]!
  assert.deepEqual([bare![0]!.ExecutionStartedDetails!.Input, bare![2]!.StepSucceededDetails!.Result, ExecutionSucceededDetails], [{}, {}, { Result: {} }])
  await assert.rejects(lambda.getDurableExecutionHistory({ DurableExecutionArn, Marker: 'none' }), { name: 'InvalidParameterValueException' })
})

test('ListDurableExecutionsByFunction: newest first, by name, status, version and start, by pages', async () => {
  const { durable, begin, lambda, cloud } = await world({ quick, pausing })
  await durable('quick')
  await durable('pausing')
  const started: number[] = []
  for (const name of ['a', 'b', 'c']) {
    started.push(cloud.clock.now())
    await begin('quick', {}, { DurableExecutionName: name })
    await cloud.clock.advance(1000)
  }
  await begin('quick', {}, { DurableExecutionName: 'latest', Qualifier: '$LATEST' })
  await begin('pausing', {}, { DurableExecutionName: 'elsewhere' })
  const list = async (input: object = {}) =>
    (await lambda.listDurableExecutionsByFunction({ FunctionName: 'quick', ...input })).DurableExecutions!.map(one => one.DurableExecutionName)
  assert.deepEqual(await list(), ['latest', 'c', 'b', 'a'])
  assert.deepEqual(await list({ ReverseOrder: true }), ['a', 'b', 'c', 'latest'])
  assert.deepEqual(await list({ DurableExecutionName: 'b' }), ['b'])
  assert.deepEqual(await list({ Statuses: ['RUNNING', 'FAILED'] }), [])
  assert.deepEqual(await list({ FunctionName: 'pausing', Statuses: ['RUNNING'] }), ['elsewhere'])
  assert.deepEqual(await list({ Qualifier: '1' }), ['c', 'b', 'a'])
  assert.deepEqual(await list({ StartedAfter: new Date(started[0]!), StartedBefore: new Date(started[2]!) }), ['b'])
  for (const ReverseOrder of [false, true]) {
    const names: (string | undefined)[] = []
    for (let Marker: string | undefined, more = true; more; more = Marker !== undefined) {
      const page = await lambda.listDurableExecutionsByFunction({ FunctionName: 'quick', MaxItems: 3, ReverseOrder, Marker })
      names.push(...page.DurableExecutions!.map(one => one.DurableExecutionName))
      Marker = page.NextMarker
    }
    assert.deepEqual(names, ReverseOrder ? ['a', 'b', 'c', 'latest'] : ['latest', 'c', 'b', 'a'])
  }
  await assert.rejects(list({ FunctionName: 'nowhere' }), { name: 'ResourceNotFoundException' })
})

test('an invocation whose runtime ends is done again after a second, two and four, and does no step again that was done', async () => {
  const steps: string[] = []
  const at: number[] = []
  const { durable, begin, read, cloud, history } = await world({
    dying: {
      workflow: async (_, context) => {
        at.push(cloud.clock.now())
        return context.step('once', async () => steps.push('once'))
      },
      dies: () => at.length < 4,
    },
  })
  await durable('dying')
  const arn = await begin('dying')
  await cloud.clock.advance(60_000)
  assert.deepEqual(at.slice(1).map((time, index) => time - at[index]!), [1000, 2000, 4000])
  assert.deepEqual([steps, await read(arn)], [['once'], { status: 'SUCCEEDED', result: 1 }])
  const ends = (await history(arn)).flatMap(({ InvocationCompletedDetails: details }) => details ? [details.Error?.Payload?.ErrorType] : [])
  assert.deepEqual(ends, ['Runtime.ExitError', 'Runtime.ExitError', 'Runtime.ExitError', undefined])
})

test('a function that does not speak the protocol fails its execution', async () => {
  const { durable, lambda } = await world({
    nonsense: { plain: () => ({ statusCode: 200 }) }, idle: { plain: () => ({ Status: 'PENDING' }) },
  })
  for (const [name, errorMessage] of [
    ['nonsense', 'Invalid Status in invocation output.'], ['idle', 'Cannot return PENDING status with no pending operations.'],
  ] as const) {
    await durable(name)
    const { FunctionError, Payload } = await lambda.invoke({ FunctionName: `${name}:1` })
    const error = JSON.parse(Buffer.from(Payload!).toString())
    assert.deepEqual([FunctionError, error], ['Unhandled', { errorMessage, errorType: 'InvalidParameterValueException' }])
  }
})

test('what an asynchronous execution that fails was given goes to the dead-letter queue of its function; of a synchronous one it does not', async () => {
  const { durable, begin, lambda, cloud } = await world({ failing: { plain: () => ({ Status: 'FAILED', Error: { ErrorMessage: 'bad' } }) } })
  const sqs = new SQS(cloud.client)
  const { QueueUrl } = await sqs.createQueue({ QueueName: 'dead' })
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] })
  await cloud.aws().iam.PutRolePolicy({ RoleName: 'role', PolicyName: 'send', PolicyDocument: JSON.stringify({
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }],
  }) })
  await durable('failing', {}, { DeadLetterConfig: { TargetArn: Attributes!.QueueArn } })
  await lambda.invoke({ FunctionName: 'failing:1', Payload: '{"waited":"for"}' })
  await begin('failing', { order: 7 })
  const { Messages } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] })
  assert.deepEqual(Messages!.map(({ Body, MessageAttributes }) => [Body, MessageAttributes!.ErrorMessage!.StringValue]), [['{"order":7}', 'bad']])
  sqs.destroy()
})

test('EventBridge hears of executions that start and end', async () => {
  const { durable, begin, cloud } = await world({ quick })
  const { events, sqs } = cloud.aws()
  const { QueueUrl } = await sqs.CreateQueue({ QueueName: 'heard' })
  const { Attributes } = await sqs.GetQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] })
  const { RuleArn } = await events.PutRule({
    Name: 'changes', EventPattern: JSON.stringify({ source: ['aws.lambda'], 'detail-type': ['Durable Execution Status Change'] }),
  })
  await sqs.SetQueueAttributes({ QueueUrl, Attributes: { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [{
    Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*',
    Condition: { ArnEquals: { 'aws:SourceArn': RuleArn } },
  }] }) } })
  await events.PutTargets({ Rule: 'changes', Targets: [{ Id: 'queue', Arn: Attributes!.QueueArn }] })
  await durable('quick')
  const durableExecutionArn = await begin('quick', {}, { DurableExecutionName: 'told' })
  await cloud.settle()
  const { Messages = [] } = await sqs.ReceiveMessage({ QueueUrl, MaxNumberOfMessages: 10 })
  const heard = Messages.map(({ Body }) => JSON.parse(Body!).detail).sort((a, b) => a.status.localeCompare(b.status))
  const startTimestamp = new Date(cloud.clock.now()).toISOString()
  const about = { durableExecutionArn, durableExecutionName: 'told', functionArn: durableExecutionArn.split('/')[0], startTimestamp }
  assert.deepEqual(heard, [{ ...about, status: 'RUNNING' }, { ...about, status: 'SUCCEEDED', endTimestamp: startTimestamp }])
})
