import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { Kinesis } from '@aws-sdk/client-kinesis'
import { SQS } from '@aws-sdk/client-sqs'
import type { MetricDatum } from '../../contracts/sinks.ts'
import type { ScriptedOptions } from '../../sandbox/scripted.ts'
import { lambdaWorld } from './testing/world.ts'

const closing: (() => Promise<void>)[] = []
after(async () => {
  for (const close of closing) await close()
})

/** A cloud whose metrics the test sees. `values` of a metric under exactly these dimensions, in their order. */
async function world(script: ScriptedOptions['script'] = () => 'fine') {
  const made = await lambdaWorld({ script })
  const iam = new IAM(made.cloud.client)
  const sqs = new SQS(made.cloud.client)
  const kinesis = new Kinesis(made.cloud.client)
  closing.push(async () => {
    for (const client of [iam, sqs, kinesis]) client.destroy()
    await made.stop()
  })
  await iam.putRolePolicy({ RoleName: 'role', PolicyName: 'p', PolicyDocument: JSON.stringify({
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['sqs:*', 'kinesis:*'], Resource: '*' }],
  }) })
  const data: MetricDatum[] = []
  made.cloud.cloud.sinks.own('metric', async () => datum => void data.push(datum))
  const values = async (name: string, dimensions: Record<string, string>) => {
    await made.cloud.settle()
    const same = (given: object) => JSON.stringify(Object.entries(given).sort()) === JSON.stringify(Object.entries(dimensions).sort())
    return data.filter(datum => datum.namespace === 'AWS/Lambda' && datum.name === name && same(datum.dimensions)).map(({ value }) => value)
  }
  return { ...made, sqs, kinesis, data, values }
}

const sum = (values: number[]) => values.reduce((all, value) => all + value, 0)

test('an invocation is measured under no dimension, the function, what was called, and of a weighted alias the version that ran', async () => {
  const { lambda, create, values } = await world(({ event }) => { if (event.bad) throw new Error('no') })
  await create('f')
  await lambda.updateFunctionConfiguration({ FunctionName: 'f', Timeout: 4 })
  await lambda.publishVersion({ FunctionName: 'f' })
  await lambda.createAlias({ FunctionName: 'f', Name: 'live', FunctionVersion: '1', RoutingConfig: { AdditionalVersionWeights: { 2: 1 } } })
  await lambda.invoke({ FunctionName: 'f', Qualifier: 'live' })
  await lambda.invoke({ FunctionName: 'f', Payload: '{"bad":true}' })
  const one = { FunctionName: 'f' }
  assert.deepEqual([await values('Invocations', {}), await values('Invocations', one)], [[1, 1], [1, 1]])
  assert.deepEqual(await values('Errors', one), [0, 1])
  assert.deepEqual([await values('Errors', { ...one, Resource: 'f:live' }), await values('Errors', { ...one, Resource: 'f' })], [[0], [1]])
  assert.deepEqual(await values('Invocations', { ...one, Resource: 'f:live', ExecutedVersion: '2' }), [1])
  assert.equal((await values('Duration', one)).length, 2)
})

test('concurrency is measured as invocations begin, throttles as they are refused', async () => {
  const waiting: (() => void)[] = []
  const { lambda, create, values } = await world(() => new Promise<void>(resolve => waiting.push(resolve)))
  await create('f')
  await create('g')
  await lambda.putFunctionConcurrency({ FunctionName: 'g', ReservedConcurrentExecutions: 1 })
  const running = ['f', 'f', 'g'].map(FunctionName => lambda.invoke({ FunctionName }))
  while (waiting.length < 3) await new Promise(resolve => setImmediate(resolve))
  await assert.rejects(lambda.invoke({ FunctionName: 'g' }), { name: 'TooManyRequestsException' })
  for (const resolve of waiting) resolve()
  await Promise.all(running)
  assert.deepEqual(await values('ConcurrentExecutions', { FunctionName: 'f' }), [1, 2])
  assert.deepEqual((await values('ConcurrentExecutions', {})).sort(), [1, 2, 3])
  assert.deepEqual(await values('UnreservedConcurrentExecutions', {}), [1, 2])
  assert.deepEqual(await values('Throttles', { FunctionName: 'g' }), [1])
})

test('provisioned concurrency says how much of it is in use', async () => {
  const { cloud, lambda, create, values } = await world()
  await create('f')
  await lambda.putProvisionedConcurrencyConfig({ FunctionName: 'f', Qualifier: '1', ProvisionedConcurrentExecutions: 4 })
  await cloud.settle()
  await lambda.invoke({ FunctionName: 'f', Qualifier: '1' })
  const resource = { FunctionName: 'f', Resource: 'f:1' }
  assert.deepEqual(await values('ProvisionedConcurrentExecutions', resource), [1])
  assert.deepEqual(await values('ProvisionedConcurrencyUtilization', resource), [0.25])
  assert.deepEqual(await values('ProvisionedConcurrencyInvocations', resource), [1])
})

test('asynchronous events: received, their age, dropped, and letters that could not be sent', async () => {
  const { cloud, lambda, create, sqs, values } = await world(() => { throw new Error('no') })
  const { QueueUrl } = await sqs.createQueue({ QueueName: 'dead' })
  await create('f', { DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead' } })
  await sqs.deleteQueue({ QueueUrl })
  await lambda.putFunctionEventInvokeConfig({ FunctionName: 'f', MaximumRetryAttempts: 1 })
  await lambda.invoke({ FunctionName: 'f', InvocationType: 'Event' })
  await cloud.clock.advance(120_000)
  const one = { FunctionName: 'f' }
  assert.deepEqual([await values('AsyncEventsReceived', one), await values('AsyncEventAge', one)], [[1], [0, 60_000]])
  assert.deepEqual([await values('AsyncEventsDropped', one), await values('DeadLetterErrors', one)], [[1], [1]])
})

test('a mapping of a queue counts its events where its MetricsConfig asks for it', async () => {
  const { cloud, lambda, create, sqs, data, values } = await world(({ event }) => ({
    batchItemFailures: event.Records.filter(({ body }: any) => body.includes('bad')).map(({ messageId }: any) => ({ itemIdentifier: messageId })),
  }))
  await create('f')
  const { QueueUrl } = await sqs.createQueue({ QueueName: 'q' })
  const { UUID } = await lambda.createEventSourceMapping({
    FunctionName: 'f', EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:q', MetricsConfig: { Metrics: ['EventCount'] },
    FunctionResponseTypes: ['ReportBatchItemFailures'], FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["good","bad"]}}' }] },
  })
  for (const kind of ['good', 'good', 'bad', 'other']) await sqs.sendMessage({ QueueUrl, MessageBody: JSON.stringify({ kind }) })
  await cloud.settle()
  const total = async (name: string) => sum(await values(name, { EventSourceMappingUUID: UUID! }))
  const names = ['PolledEventCount', 'FilteredOutEventCount', 'InvokedEventCount', 'FailedInvokeEventCount', 'DeletedEventCount']
  assert.deepEqual(await Promise.all(names.map(total)), [4, 1, 3, 1, 2])
  await lambda.updateEventSourceMapping({ UUID, MetricsConfig: { Metrics: [] } })
  data.length = 0
  await sqs.sendMessage({ QueueUrl, MessageBody: '{"kind":"good"}' })
  await cloud.settle()
  assert.deepEqual(await Promise.all(names.map(total)), [0, 0, 0, 0, 0])
})

test('a mapping of a stream counts what it gives up, and tells the iterator\'s age', async () => {
  const { cloud, lambda, create, kinesis, sqs, values } = await world(() => { throw new Error('no') })
  await create('f')
  await sqs.createQueue({ QueueName: 'failures' })
  await kinesis.createStream({ StreamName: 's', ShardCount: 1 })
  await cloud.clock.advance(60_000)
  const { UUID } = await lambda.createEventSourceMapping({
    FunctionName: 'f', EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s', StartingPosition: 'TRIM_HORIZON', MaximumRetryAttempts: 0,
    MetricsConfig: { Metrics: ['EventCount'] }, DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:failures' } },
  })
  await kinesis.putRecord({ StreamName: 's', PartitionKey: '1', Data: Buffer.from('x') })
  await cloud.settle()
  const total = async (name: string) => sum(await values(name, { EventSourceMappingUUID: UUID! }))
  const names = ['PolledEventCount', 'InvokedEventCount', 'FailedInvokeEventCount', 'DroppedEventCount', 'OnFailureDestinationDeliveredEventCount']
  assert.deepEqual(await Promise.all(names.map(total)), [1, 1, 1, 1, 1])
  assert.equal((await values('IteratorAge', { FunctionName: 'f' })).length, 1)
})
