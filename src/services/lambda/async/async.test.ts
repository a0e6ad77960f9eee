import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { zipSync } from 'fflate'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { S3 } from '@aws-sdk/client-s3'
import { SQS } from '@aws-sdk/client-sqs'
import { scriptedSandboxes } from '../../../sandbox/scripted.ts'
import { startCloud } from '../../../testing/index.ts'

const closing: (() => Promise<void>)[] = []
after(async () => {
  for (const close of closing) await close()
})

/** A cloud with a function `f` that does what the test says, and keeps when and with what it was called. */
async function world(respond: (event: any, call: number) => unknown = () => ({ fine: true })) {
  const calls: { function: string, event: any, at: number }[] = []
  const cloud = await startCloud({ sandboxes: scriptedSandboxes({ script({ event, spec }) {
    const call = calls.push({ function: spec.environment.AWS_LAMBDA_FUNCTION_NAME!, event, at: cloud.clock.now() })
    return respond(event, call)
  } }) })
  const clients = { iam: new IAM(cloud.client), lambda: new Lambda(cloud.client), sqs: new SQS(cloud.client), s3: new S3(cloud.client) }
  closing.push(async () => {
    for (const client of Object.values(clients)) client.destroy()
    await cloud.stop()
  })
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  const { Role } = await clients.iam.createRole({ RoleName: 'role', AssumeRolePolicyDocument: JSON.stringify(trust) })
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['sqs:*', 's3:*', 'lambda:*'], Resource: '*' }] }
  await clients.iam.putRolePolicy({ RoleName: 'role', PolicyName: 'p', PolicyDocument: JSON.stringify(document) })
  const create = (FunctionName: string, more = {}) => clients.lambda.createFunction({
    FunctionName, Runtime: 'nodejs22.x', Handler: 'index.handler', Role: Role!.Arn, Code: { ZipFile: zipSync({ 'index.js': Buffer.from('x') }) }, ...more,
  })
  const QueueUrl = (await clients.sqs.createQueue({ QueueName: 'q' })).QueueUrl!
  const invoke = async (event: object) => {
    await clients.lambda.invoke({ FunctionName: 'f', InvocationType: 'Event', Payload: JSON.stringify(event) })
    await cloud.settle()
  }
  const received = async () => (await clients.sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] })).Messages ?? []
  return { ...clients, cloud, calls, create, invoke, received, QueueUrl, queueArn: 'arn:aws:sqs:us-east-1:000000000000:q' }
}

const fail = () => { throw new Error('no') }

test('an event on which the function fails is tried again after one and after two minutes more, then given up', async () => {
  const { cloud, calls, create, invoke } = await world(fail)
  await create('f')
  const start = cloud.clock.now()
  await invoke({ n: 1 })
  await cloud.clock.advance(3_600_000)
  assert.deepEqual(calls.map(call => (call.at - start) / 1000), [0, 60, 180])
})

test('PutFunctionEventInvokeConfig: retries and age are what it says; what it does not name has its default', async () => {
  const { cloud, lambda, calls, create, invoke, queueArn } = await world(fail)
  await create('f')
  await lambda.putFunctionEventInvokeConfig({ FunctionName: 'f', MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination: queueArn } } })
  await invoke({})
  await cloud.clock.advance(3_600_000)
  assert.equal(calls.length, 2)
  await lambda.updateFunctionEventInvokeConfig({ FunctionName: 'f', MaximumEventAgeInSeconds: 60 })
  const updated = await lambda.getFunctionEventInvokeConfig({ FunctionName: 'f' })
  assert.deepEqual([updated.MaximumRetryAttempts, updated.MaximumEventAgeInSeconds, updated.DestinationConfig?.OnFailure?.Destination], [1, 60, queueArn])
  await lambda.putFunctionEventInvokeConfig({ FunctionName: 'f', MaximumRetryAttempts: 0 })
  const put = await lambda.getFunctionEventInvokeConfig({ FunctionName: 'f' })
  assert.deepEqual([put.MaximumRetryAttempts, put.MaximumEventAgeInSeconds, put.DestinationConfig], [0, undefined, { OnFailure: {}, OnSuccess: {} }])
  await lambda.deleteFunctionEventInvokeConfig({ FunctionName: 'f' })
  await assert.rejects(
    lambda.getFunctionEventInvokeConfig({ FunctionName: 'f' }), { name: 'ResourceNotFoundException', message: /doesn't have an EventInvokeConfig/ }
  )
})

test('the destinations get the record of the invocation, of its success or of its failure', async () => {
  const { cloud, lambda, calls, create, invoke, received, queueArn } = await world((event, call) => call > 1 ? fail() : { got: event.n })
  await create('f')
  const Destination = queueArn
  await lambda.putFunctionEventInvokeConfig({
    FunctionName: 'f', MaximumRetryAttempts: 0, DestinationConfig: { OnSuccess: { Destination }, OnFailure: { Destination } },
  })
  await invoke({ n: 1 })
  const [success] = (await received()).map(message => JSON.parse(message.Body!))
  assert.deepEqual(
    [success.version, success.requestContext.condition, success.requestPayload, success.responsePayload], ['1.0', 'Success', { n: 1 }, { got: 1 }]
  )
  assert.equal(success.requestContext.functionArn, 'arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST')
  await invoke({ n: 2 })
  const [failure] = (await received()).map(message => JSON.parse(message.Body!))
  assert.deepEqual(
    [failure.requestContext.condition, failure.requestContext.approximateInvokeCount, failure.responseContext.functionError],
    ['RetriesExhausted', 1, 'Unhandled']
  )
  assert.equal(failure.responsePayload.errorMessage, 'no')
  assert.equal(calls.length, 2)
  await cloud.settle()
})

test('another function and a bucket can be destinations; the function itself, FIFO queues and FIFO topics cannot', async () => {
  const { lambda, s3, calls, create, invoke } = await world()
  await create('f')
  await create('next')
  await s3.createBucket({ Bucket: 'outcomes' })
  const put = (Destination: string) => lambda.putFunctionEventInvokeConfig({ FunctionName: 'f', DestinationConfig: { OnSuccess: { Destination } } })
  await put('arn:aws:lambda:us-east-1:000000000000:function:next')
  await invoke({ n: 1 })
  assert.deepEqual(calls.map(call => call.function), ['f', 'next'])
  assert.equal(calls[1]!.event.requestPayload.n, 1)
  await put('arn:aws:s3:::outcomes')
  await invoke({ n: 2 })
  const { Contents } = await s3.listObjectsV2({ Bucket: 'outcomes' })
  assert.match(Contents![0]!.Key!, /^aws\/lambda\/async\/f\/2026\/01\/01\/2026-01-01T00\.00\.00-/)
  const refused = [
    'lambda:us-east-1:000000000000:function:f', 'sns:us-east-1:000000000000:t.fifo', 'sqs:us-east-1:000000000000:q.fifo',
    'kinesis:us-east-1:000000000000:stream/s'
  ]
  for (const arn of refused) await assert.rejects(put(`arn:aws:${arn}`), { name: 'InvalidParameterValueException', message: /destination/ })
})

test('a dead-letter queue gets the event itself, with the error in its attributes', async () => {
  const { cloud, lambda, create, invoke, received, queueArn } = await world(fail)
  await create('f', { DeadLetterConfig: { TargetArn: queueArn } })
  assert.equal((await lambda.getFunctionConfiguration({ FunctionName: 'f' })).DeadLetterConfig!.TargetArn, queueArn)
  await invoke({ n: 1 })
  await cloud.clock.advance(3_600_000)
  const [letter] = await received()
  assert.equal(letter!.Body, '{"n":1}')
  const { ErrorMessage, ErrorCode, RequestID } = letter!.MessageAttributes!
  assert.deepEqual([ErrorMessage!.StringValue, ErrorCode!.StringValue, typeof RequestID!.StringValue], ['no', '200', 'string'])
  await lambda.updateFunctionConfiguration({ FunctionName: 'f', DeadLetterConfig: { TargetArn: '' } })
  assert.equal((await lambda.getFunctionConfiguration({ FunctionName: 'f' })).DeadLetterConfig, undefined)
})

test('an event that is throttled waits, longer each time, until there is room or it is too old', async () => {
  let release = () => {}
  const { cloud, lambda, calls, create, invoke, received, queueArn } = await world(event => event.holds && new Promise<void>(resolve => { release = resolve }))
  await create('f')
  await lambda.putFunctionConcurrency({ FunctionName: 'f', ReservedConcurrentExecutions: 1 })
  await lambda.putFunctionEventInvokeConfig({ FunctionName: 'f', MaximumEventAgeInSeconds: 60, DestinationConfig: { OnFailure: { Destination: queueArn } } })
  const holding = lambda.invoke({ FunctionName: 'f', Payload: '{"holds":true}' })
  while (calls.length === 0) await new Promise(resolve => setImmediate(resolve))
  await invoke({ n: 1 })
  await cloud.clock.advance(10_000)
  assert.equal(calls.length, 1)
  release()
  await holding
  await cloud.clock.advance(10_000)
  assert.equal(calls.length, 2)
  await lambda.putFunctionConcurrency({ FunctionName: 'f', ReservedConcurrentExecutions: 0 })
  await invoke({ n: 2 })
  const [told] = (await received()).map(message => JSON.parse(message.Body!))
  assert.deepEqual([told.requestContext.condition, told.requestPayload], ['ZeroReservedConcurrency', { n: 2 }])
})
