import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { zipSync } from 'fflate'
import { DynamoDB } from '@aws-sdk/client-dynamodb'
import { IAM } from '@aws-sdk/client-iam'
import { Kinesis } from '@aws-sdk/client-kinesis'
import { Lambda, type CreateEventSourceMappingCommandInput } from '@aws-sdk/client-lambda'
import { SQS } from '@aws-sdk/client-sqs'
import { concurrencyOf } from './sqs.ts'
import { scriptedSandboxes } from '../../../sandbox/scripted.ts'
import { startCloud } from '../../../testing/index.ts'

const closing: (() => Promise<void>)[] = []
after(async () => {
  for (const close of closing) await close()
})

/** A cloud with a function `f` that does what the test says, and keeps what it was called with. */
async function world(respond: (event: any, call: number) => unknown = () => null) {
  const events: any[] = []
  const cloud = await startCloud({ sandboxes: scriptedSandboxes({ script: ({ event }) => respond(event, events.push(event)) }) })
  const clients = {
    iam: new IAM(cloud.client), lambda: new Lambda(cloud.client), sqs: new SQS(cloud.client), kinesis: new Kinesis(cloud.client),
    db: new DynamoDB(cloud.client),
  }
  closing.push(async () => {
    for (const client of Object.values(clients)) client.destroy()
    await cloud.stop()
  })
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  const { Role } = await clients.iam.createRole({ RoleName: 'role', AssumeRolePolicyDocument: JSON.stringify(trust) })
  const allow = (Action: string[]) => clients.iam.putRolePolicy({
    RoleName: 'role', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }),
  })
  await allow(['sqs:*', 'kinesis:*', 'dynamodb:*', 's3:*', 'logs:*'])
  await clients.lambda.createFunction({
    FunctionName: 'f', Runtime: 'nodejs22.x', Handler: 'index.handler', Role: Role!.Arn, Timeout: 3,
    Code: { ZipFile: zipSync({ 'index.js': Buffer.from('x') }) },
  })
  const map = (input: Omit<CreateEventSourceMappingCommandInput, 'FunctionName'>) => clients.lambda.createEventSourceMapping({ FunctionName: 'f', ...input })
  const queue = async (QueueName: string, Attributes: Record<string, string> = {}) => {
    const { QueueUrl } = await clients.sqs.createQueue({ QueueName, Attributes })
    return { QueueUrl: QueueUrl!, arn: `arn:aws:sqs:us-east-1:000000000000:${QueueName}` }
  }
  const left = async (QueueUrl: string) => {
    const { Attributes } = await clients.sqs.getQueueAttributes({
      QueueUrl, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    })
    return Object.values(Attributes!).reduce((sum, value) => sum + Number(value), 0)
  }
  return { ...clients, cloud, events, map, queue, left, allow }
}

const bodies = (events: any[]) => events.map(event => event.Records.map((record: any) => record.body))

test('SQS: a message reaches the function in AWS\'s form, and is deleted when the function has handled it', async () => {
  const { cloud, sqs, events, map, queue, left } = await world()
  const { QueueUrl, arn } = await queue('q')
  const mapping = await map({ EventSourceArn: arn })
  assert.deepEqual([mapping.State, mapping.BatchSize, mapping.FunctionArn], ['Creating', 10, 'arn:aws:lambda:us-east-1:000000000000:function:f'])
  await sqs.sendMessage({ QueueUrl, MessageBody: 'hello', MessageAttributes: { a: { DataType: 'String', StringValue: '1' } } })
  await cloud.settle()
  const [record] = events[0].Records
  assert.deepEqual([record.body, record.eventSource, record.eventSourceARN, record.awsRegion], ['hello', 'aws:sqs', arn, 'us-east-1'])
  assert.deepEqual(record.messageAttributes.a, { stringValue: '1', stringListValues: [], binaryListValues: [], dataType: 'String' })
  assert.equal(record.attributes.ApproximateReceiveCount, '1')
  assert.equal(await left(QueueUrl), 0)
})

test('SQS: what the function fails on comes back after the visibility timeout, and goes to the dead-letter queue in the end', async () => {
  const { cloud, sqs, events, map, queue, left } = await world(() => { throw new Error('no') })
  const dead = await queue('dead')
  const { QueueUrl, arn } = await queue(
    'failing', { VisibilityTimeout: '30', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 }) }
  )
  await map({ EventSourceArn: arn })
  await sqs.sendMessage({ QueueUrl, MessageBody: 'm' })
  await cloud.settle()
  assert.equal(events.length, 1)
  await cloud.clock.advance(31_000)
  assert.equal(events.length, 2)
  await cloud.clock.advance(31_000)
  assert.deepEqual([events.length, await left(QueueUrl), await left(dead.QueueUrl)], [2, 0, 1])
})

test('SQS: only the items that the function reports as failed come back', async () => {
  const { cloud, sqs, events, map, queue, left } = await world((event, call) => ({
    batchItemFailures: event.Records.filter(({ body }: any) => call === 1 && body === 'bad').map(({ messageId }: any) => ({ itemIdentifier: messageId })),
  }))
  const { QueueUrl, arn } = await queue('partial')
  await sqs.sendMessageBatch({ QueueUrl, Entries: ['good', 'bad', 'fine'].map((MessageBody, index) => ({ Id: String(index), MessageBody })) })
  await map({ EventSourceArn: arn, FunctionResponseTypes: ['ReportBatchItemFailures'] })
  await cloud.settle()
  assert.equal(await left(QueueUrl), 1)
  await cloud.clock.advance(31_000)
  assert.deepEqual(bodies(events)[1], ['bad'])
  assert.equal(await left(QueueUrl), 0)
})

test('SQS: a batching window gathers messages until it is over or the batch is full', async () => {
  const { cloud, sqs, events, map, queue } = await world()
  const { QueueUrl, arn } = await queue('window')
  await map({ EventSourceArn: arn, BatchSize: 25, MaximumBatchingWindowInSeconds: 20 })
  for (const MessageBody of ['1', '2']) await sqs.sendMessage({ QueueUrl, MessageBody })
  await cloud.clock.advance(19_000)
  assert.equal(events.length, 0)
  await sqs.sendMessage({ QueueUrl, MessageBody: '3' })
  await cloud.clock.advance(2000)
  assert.deepEqual(bodies(events), [['1', '2', '3']])
})

test('SQS: a FIFO queue is handled in order within each group, also after a failure', async () => {
  const { cloud, sqs, events, map, queue } = await world((_, call) => { if (call === 1) throw new Error('first') })
  const { QueueUrl, arn } = await queue('ordered.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' })
  await map({ EventSourceArn: arn, BatchSize: 1 })
  for (const MessageBody of ['a1', 'a2', 'a3']) await sqs.sendMessage({ QueueUrl, MessageBody, MessageGroupId: 'a' })
  await cloud.settle()
  await cloud.clock.advance(31_000)
  assert.deepEqual(bodies(events).flat(), ['a1', 'a1', 'a2', 'a3'])
})

test('SQS: filters read JSON bodies; what they do not want is deleted unseen', async () => {
  const { cloud, sqs, events, map, queue, left } = await world()
  const { QueueUrl, arn } = await queue('filtered')
  await map({ EventSourceArn: arn, FilterCriteria: { Filters: [{ Pattern: '{"body":{"n":[{"numeric":[">",1]}]}}' }] } })
  for (const MessageBody of ['{"n":1}', '{"n":2}', 'no json']) await sqs.sendMessage({ QueueUrl, MessageBody })
  await cloud.settle()
  assert.deepEqual(bodies(events).flat(), ['{"n":2}'])
  assert.equal(await left(QueueUrl), 0)
})

test('SQS: no more batches at a time than the maximum concurrency', async () => {
  let running = 0
  let most = 0
  const { cloud, sqs, events, map, queue } = await world(async () => {
    most = Math.max(most, ++running)
    await new Promise(resolve => setImmediate(resolve))
    running--
  })
  const { QueueUrl, arn } = await queue('capped')
  for (let index = 0; index < 12; index++) await sqs.sendMessage({ QueueUrl, MessageBody: String(index) })
  await map({ EventSourceArn: arn, BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } })
  await cloud.settle()
  assert.deepEqual([events.length, most], [12, 2])
})

test('SQS: provisioned pollers take ten batches each, their minimum of them at first, and more with the time up to their maximum', async () => {
  let running = 0
  const waiting: (() => void)[] = []
  let most = 0
  const { cloud, sqs, map, queue } = await world(async () => {
    most = Math.max(most, ++running)
    await new Promise<void>(resolve => waiting.push(resolve))
    running--
  })
  const { QueueUrl, arn } = await queue('provisioned')
  for (let n = 0; n < 5; n++) {
    await sqs.sendMessageBatch({ QueueUrl, Entries: Array.from({ length: 10 }, (_, index) => ({ Id: String(index), MessageBody: `${n} ${index}` })) })
  }
  await map({ EventSourceArn: arn, BatchSize: 1, ProvisionedPollerConfig: { MinimumPollers: 2, MaximumPollers: 3 } })
  const until = async (count: number) => {
    for (let n = 0; n < 200 && running < count; n++) await new Promise(resolve => setImmediate(resolve))
  }
  await until(20)
  await until(21)
  assert.equal(most, 20)
  const pollers = { minimum: 2, maximum: 30 }
  assert.deepEqual([0, 6000, 60_000].map(busyMs => concurrencyOf({ pollers }, busyMs)), [20, 120, 300])
  const free = setInterval(() => { for (const resolve of waiting.splice(0)) resolve() }, 1)
  await cloud.settle()
  clearInterval(free)
})

test('UpdateEventSourceMapping: what is given empty goes back to the default, what is not named stays', async () => {
  const { lambda, map, queue, kinesis, allow } = await world()
  await allow(['sqs:*', 'kinesis:*'])
  const { arn } = await queue('reset', { VisibilityTimeout: '900' })
  const { UUID } = await map({
    EventSourceArn: arn, FilterCriteria: { Filters: [{ Pattern: '{"body":["x"]}' }] }, FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 5 }, MetricsConfig: { Metrics: ['EventCount'] },
  })
  await lambda.updateEventSourceMapping({ UUID, BatchSize: 5 })
  const kept = await lambda.getEventSourceMapping({ UUID })
  assert.deepEqual(
    [kept.BatchSize, kept.ScalingConfig, kept.FilterCriteria!.Filters!.length, kept.FunctionResponseTypes],
    [5, { MaximumConcurrency: 5 }, 1, ['ReportBatchItemFailures']]
  )
  await lambda.updateEventSourceMapping({ UUID, FilterCriteria: {}, FunctionResponseTypes: [], ScalingConfig: {}, MetricsConfig: { Metrics: [] } })
  const reset = await lambda.getEventSourceMapping({ UUID })
  assert.deepEqual(
    [reset.BatchSize, reset.ScalingConfig, reset.FilterCriteria, reset.FunctionResponseTypes, reset.MetricsConfig], [5, undefined, undefined, [], undefined]
  )
  const { arn: streamArn } = await stream(kinesis, 'reset')
  const mapped = await map({
    EventSourceArn: streamArn, StartingPosition: 'LATEST', MaximumRetryAttempts: 3, DestinationConfig: { OnFailure: { Destination: arn } }
  })
  const message = /The Destination field is required for an OnFailure configuration/
  await assert.rejects(lambda.updateEventSourceMapping({ UUID: mapped.UUID, DestinationConfig: { OnFailure: {} } }), {
    name: 'InvalidParameterValueException', message
  })
  await lambda.updateEventSourceMapping({ UUID: mapped.UUID, DestinationConfig: { OnFailure: { Destination: '' } }, MaximumRetryAttempts: -1 })
  const after = await lambda.getEventSourceMapping({ UUID: mapped.UUID })
  assert.deepEqual([after.DestinationConfig, after.MaximumRetryAttempts], [{ OnFailure: {} }, -1])
})

test('a mapping that is switched off takes nothing; switched on, it goes on; deleted, it is gone', async () => {
  const { cloud, lambda, sqs, events, map, queue, left } = await world()
  const { QueueUrl, arn } = await queue('switched')
  const { UUID } = await map({ EventSourceArn: arn, Enabled: false })
  await sqs.sendMessage({ QueueUrl, MessageBody: 'm' })
  await cloud.settle()
  assert.deepEqual([events.length, (await lambda.getEventSourceMapping({ UUID })).State], [0, 'Disabled'])
  assert.equal((await lambda.updateEventSourceMapping({ UUID, Enabled: true })).State, 'Enabling')
  await cloud.settle()
  assert.deepEqual([events.length, await left(QueueUrl)], [1, 0])
  await lambda.deleteEventSourceMapping({ UUID })
  await sqs.sendMessage({ QueueUrl, MessageBody: 'late' })
  await cloud.settle()
  assert.equal(events.length, 1)
  await assert.rejects(lambda.getEventSourceMapping({ UUID }), { name: 'ResourceNotFoundException' })
})

test('CreateEventSourceMapping: what AWS refuses is refused', async () => {
  const { lambda, map, queue, allow } = await world()
  const short = await queue('short', { VisibilityTimeout: '1' })
  const refuse = (input: Parameters<typeof map>[0], message: RegExp) => assert.rejects(map(input), { name: 'InvalidParameterValueException', message })
  await refuse({ EventSourceArn: short.arn }, /Queue visibility timeout: 1 seconds is less than Function timeout: 3 seconds/)
  const { arn } = await queue('fine')
  await refuse({ EventSourceArn: arn, BatchSize: 11 }, /batch window/)
  await refuse({ EventSourceArn: arn, FilterCriteria: { Filters: [{ Pattern: '{"a":1}' }] } }, /Invalid filter pattern definition/)
  await refuse({ EventSourceArn: arn, TumblingWindowInSeconds: 5 }, /TumblingWindowInSeconds/)
  await refuse({ EventSourceArn: `${arn}x` }, /does not exist/)
  await refuse({ EventSourceArn: 'arn:aws:kafka:us-east-1:000000000000:cluster/c', StartingPosition: 'LATEST' }, /Kafka/)
  await refuse(
    { SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['a.example:9092'] } }, Topics: ['topic'], StartingPosition: 'LATEST' }, /Kafka/
  )
  await refuse({ EventSourceArn: 'arn:aws:mq:us-east-1:000000000000:broker:b:b-1', Queues: ['q'] }, /Amazon MQ/)
  await refuse({ EventSourceArn: 'arn:aws:rds:us-east-1:000000000000:cluster:c', DocumentDBEventSourceConfig: { DatabaseName: 'd' } }, /DocumentDB/)
  await assert.rejects(lambda.createEventSourceMapping({ FunctionName: 'missing', EventSourceArn: arn }), { name: 'ResourceNotFoundException' })
  const { UUID } = await map({ EventSourceArn: arn })
  await assert.rejects(map({ EventSourceArn: arn }), error => (error as Error).name === 'ResourceConflictException' && (error as Error).message.includes(UUID!))
  await allow(['logs:*'])
  await refuse({ EventSourceArn: (await queue('other')).arn }, /does not have permissions to call ReceiveMessage on SQS/)
})

async function stream(kinesis: Kinesis, StreamName: string, ShardCount = 1) {
  await kinesis.createStream({ StreamName, ShardCount })
  const put = (...texts: string[]) => kinesis.putRecords({ StreamName, Records: texts.map(text => ({ Data: Buffer.from(text), PartitionKey: text[0] })) })
  return { arn: `arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`, put }
}
const datas = (events: any[]) => events.map(event => event.Records.map((record: any) => Buffer.from(record.kinesis.data, 'base64').toString()))

test('Kinesis: from the trim horizon every record comes, from LATEST those that follow, in AWS\'s form', async () => {
  const { cloud, kinesis, lambda, events, map } = await world()
  const { arn, put } = await stream(kinesis, 's')
  await put('old')
  const { UUID } = await map({ EventSourceArn: arn, StartingPosition: 'LATEST' })
  await put('new')
  await cloud.settle()
  assert.deepEqual(datas(events), [['new']])
  const [record] = events[0].Records
  assert.deepEqual([record.eventSource, record.eventSourceARN, record.eventName, record.kinesis.partitionKey], ['aws:kinesis', arn, 'aws:kinesis:record', 'n'])
  assert.equal(record.invokeIdentityArn, 'arn:aws:iam::000000000000:role/role')
  assert.equal(record.eventID, `shardId-000000000000:${record.kinesis.sequenceNumber}`)
  await lambda.deleteEventSourceMapping({ UUID })
  await map({ EventSourceArn: arn, StartingPosition: 'TRIM_HORIZON' })
  await cloud.settle()
  assert.deepEqual(datas(events)[1], ['old', 'new'])
})

test('Kinesis: a failed batch is tried again with back-off, and blocks its shard until then', async () => {
  const { cloud, kinesis, lambda, events, map } = await world((_, call) => { if (call <= 2) throw new Error('no') })
  const { arn, put } = await stream(kinesis, 'blocked')
  const { UUID } = await map({ EventSourceArn: arn, StartingPosition: 'TRIM_HORIZON', BatchSize: 1 })
  await put('1')
  await cloud.settle()
  await put('2')
  await cloud.settle()
  assert.equal(events.length, 1)
  assert.equal((await lambda.getEventSourceMapping({ UUID })).LastProcessingResult, 'PROBLEM: Function call failed')
  await cloud.clock.advance(4000)
  assert.deepEqual(datas(events).flat(), ['1', '1', '1', '2'])
  assert.equal((await lambda.getEventSourceMapping({ UUID })).LastProcessingResult, 'OK')
})

test('Kinesis: bisecting finds the bad record; after the retries it goes to the destination, and the others are handled', async () => {
  const { cloud, kinesis, sqs, events, map, queue } = await world(event => {
    if (event.Records.some((record: any) => Buffer.from(record.kinesis.data, 'base64').toString() === 'bad')) throw new Error('bad')
  })
  const { arn, put } = await stream(kinesis, 'bisected')
  const dead = await queue('failures')
  await put('a', 'b', 'bad', 'c')
  await map({
    EventSourceArn: arn, StartingPosition: 'TRIM_HORIZON', BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1,
    DestinationConfig: { OnFailure: { Destination: dead.arn } },
  })
  await cloud.clock.advance(5000)
  const handled = new Set(datas(events).filter(batch => !batch.includes('bad')).flat())
  assert.deepEqual([...handled], ['a', 'b', 'c'])
  const { Messages } = await sqs.receiveMessage({ QueueUrl: dead.QueueUrl })
  const told = JSON.parse(Messages![0]!.Body!)
  assert.deepEqual(
    [told.requestContext.condition, told.KinesisBatchInfo.batchSize, told.KinesisBatchInfo.shardId, told.KinesisBatchInfo.streamArn],
    ['RetryAttemptsExhausted', 1, 'shardId-000000000000', arn]
  )
})

test('Kinesis: after a partial response reading goes on at the first item that failed', async () => {
  const { cloud, kinesis, events, map } = await world((event, call) => call === 1 ? {
    batchItemFailures: [{ itemIdentifier: event.Records[1].kinesis.sequenceNumber }],
  } : { batchItemFailures: [] })
  const { arn, put } = await stream(kinesis, 'resumed')
  await put('1', '2', '3')
  await map({ EventSourceArn: arn, StartingPosition: 'TRIM_HORIZON', FunctionResponseTypes: ['ReportBatchItemFailures'] })
  await cloud.clock.advance(2000)
  assert.deepEqual(datas(events), [['1', '2', '3'], ['2', '3']])
})

test('Kinesis: parallel lanes keep the order of each key; children of a shard wait for their parent', async () => {
  const { cloud, kinesis, events, map } = await world()
  const { arn, put } = await stream(kinesis, 'lanes')
  await put('a1', 'b1', 'c1', 'a2', 'b2', 'c2')
  await map({ EventSourceArn: arn, StartingPosition: 'TRIM_HORIZON', ParallelizationFactor: 3, BatchSize: 1 })
  await cloud.settle()
  const order = () => datas(events).flat()
  for (const key of ['a', 'b', 'c']) assert.deepEqual(order().filter(text => text.startsWith(key)), [`${key}1`, `${key}2`])
  await kinesis.splitShard({ StreamName: 'lanes', ShardToSplit: 'shardId-000000000000', NewStartingHashKey: '170141183460469231731687303715884105728' })
  await put('a3', 'b3', 'c3')
  await cloud.settle()
  assert.deepEqual(order().slice(6).toSorted(), ['a3', 'b3', 'c3'])
})

test('Kinesis: records older than the mapping allows go to the destination, unseen', async () => {
  const { cloud, kinesis, events, map, queue, left } = await world()
  const { arn, put } = await stream(kinesis, 'aged')
  const dead = await queue('aged-out')
  await put('old')
  await cloud.clock.advance(120_000)
  await map({
    EventSourceArn: arn, StartingPosition: 'TRIM_HORIZON', MaximumRecordAgeInSeconds: 60, DestinationConfig: { OnFailure: { Destination: dead.arn } },
  })
  await cloud.settle()
  assert.deepEqual([events.length, await left(dead.QueueUrl)], [0, 1])
})

test('Kinesis: a tumbling window hands the state from call to call, and closes', async () => {
  const { cloud, kinesis, events, map } = await world(event => ({ state: { count: (event.state.count ?? 0) + event.Records.length } }))
  const { arn, put } = await stream(kinesis, 'windows')
  await map({ EventSourceArn: arn, StartingPosition: 'TRIM_HORIZON', TumblingWindowInSeconds: 60 })
  await put('1', '2')
  await cloud.settle()
  await put('3')
  await cloud.clock.advance(61_000)
  assert.deepEqual(
    events.map(event => [event.Records.length, event.state.count, event.isFinalInvokeForWindow]), [[2, undefined, false], [1, 2, false], [0, 3, true]]
  )
  assert.deepEqual(events[0].window, { start: '2026-01-01T00:00:00Z', end: '2026-01-01T00:01:00Z' })
})

test('DynamoDB: changes reach the function in order, filtered, in AWS\'s form', async () => {
  const { cloud, db, events, map } = await world()
  const { TableDescription } = await db.createTable({
    TableName: 'items', BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  })
  const arn = TableDescription!.LatestStreamArn!
  await db.putItem({ TableName: 'items', Item: { id: { S: 'before' } } })
  await map({ EventSourceArn: arn, StartingPosition: 'LATEST', FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT","REMOVE"]}' }] } })
  await db.putItem({ TableName: 'items', Item: { id: { S: 'a' }, bytes: { B: Buffer.from('x') } } })
  await db.putItem({ TableName: 'items', Item: { id: { S: 'a' }, bytes: { B: Buffer.from('y') } } })
  await db.deleteItem({ TableName: 'items', Key: { id: { S: 'a' } } })
  await cloud.settle()
  const records = events.flatMap(event => event.Records)
  assert.deepEqual(records.map(record => record.eventName), ['INSERT', 'REMOVE'])
  assert.deepEqual([records[0].dynamodb.Keys, records[0].dynamodb.NewImage.bytes, records[0].eventSourceARN], [{ id: { S: 'a' } }, { B: 'eA==' }, arn])
  assert.equal(typeof records[0].dynamodb.ApproximateCreationDateTime, 'number')
})
