import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { EventBridge } from '@aws-sdk/client-eventbridge'
import { IAM } from '@aws-sdk/client-iam'
import { Kinesis } from '@aws-sdk/client-kinesis'
import { SNS } from '@aws-sdk/client-sns'
import { SQS } from '@aws-sdk/client-sqs'
import { lambdaWorld } from '../testing/world.ts'

const closing: (() => Promise<void>)[] = []
after(async () => {
  for (const close of closing) await close()
})

/** A cloud with a function `f` that fails on `{ bad: true }`, a topic and a bus whose messages end in a queue. */
async function world(actions = ['sns:Publish', 'events:PutEvents', 'sqs:SendMessage', 'kinesis:*']) {
  const made = await lambdaWorld({ script: ({ event }) => {
    if (event.bad || event.Records) throw new Error('no')
    return { got: event.n }
  } })
  const { cloud } = made
  const clients = {
    events: new EventBridge(cloud.client), iam: new IAM(cloud.client), kinesis: new Kinesis(cloud.client), sns: new SNS(cloud.client),
    sqs: new SQS(cloud.client),
  }
  closing.push(async () => {
    for (const client of Object.values(clients)) client.destroy()
    await made.stop()
  })
  const allow = (Action: string[]) => clients.iam.putRolePolicy({
    RoleName: 'role', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }),
  })
  await allow(actions)
  const queueArn = 'arn:aws:sqs:us-east-1:000000000000:q'
  const open = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: queueArn }] }
  const QueueUrl = (await clients.sqs.createQueue({ QueueName: 'q', Attributes: { Policy: JSON.stringify(open) } })).QueueUrl!
  const topicArn = (await clients.sns.createTopic({ Name: 't' })).TopicArn!
  await clients.sns.subscribe({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn })
  await clients.events.putRule({ Name: 'r', EventPattern: JSON.stringify({ source: ['lambda'] }) })
  await clients.events.putTargets({ Rule: 'r', Targets: [{ Id: '1', Arn: queueArn }] })
  const invoke = async (event: object) => {
    await made.lambda.invoke({ FunctionName: 'f', InvocationType: 'Event', Payload: JSON.stringify(event) })
    await cloud.settle()
  }
  const received = async () => {
    const { Messages = [] } = await clients.sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 })
    for (const { ReceiptHandle } of Messages) await clients.sqs.deleteMessage({ QueueUrl, ReceiptHandle })
    return Messages.map(({ Body }) => JSON.parse(Body!))
  }
  return { ...made, ...clients, allow, invoke, received, queueArn, topicArn, busArn: 'arn:aws:events:us-east-1:000000000000:event-bus/default' }
}

test('a topic as a destination is told of the invocation', async () => {
  const { lambda, create, invoke, received, topicArn } = await world()
  await create('f')
  await lambda.putFunctionEventInvokeConfig({ FunctionName: 'f', DestinationConfig: { OnSuccess: { Destination: topicArn } } })
  await invoke({ n: 1 })
  const [notification] = await received()
  const record = JSON.parse(notification.Message)
  assert.deepEqual([record.requestContext.condition, record.requestPayload, record.responsePayload], ['Success', { n: 1 }, { got: 1 }])
})

test('a bus as a destination gets an event of the source lambda, whose detail is the record', async () => {
  const { lambda, create, invoke, received, busArn } = await world()
  await create('f')
  const Destination = busArn
  await lambda.putFunctionEventInvokeConfig({
    FunctionName: 'f', MaximumRetryAttempts: 0, DestinationConfig: { OnSuccess: { Destination }, OnFailure: { Destination } },
  })
  await invoke({ n: 1 })
  await invoke({ bad: true })
  const events = await received()
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST'
  assert.deepEqual(events.map(event => [event.source, event['detail-type'], event.resources]), [
    ['lambda', 'Lambda Function Invocation Result - Success', [busArn, arn]], ['lambda', 'Lambda Function Invocation Result - Failure', [busArn, arn]],
  ])
  assert.deepEqual([events[0].detail.requestPayload, events[1].detail.requestContext.condition], [{ n: 1 }, 'RetriesExhausted'])
})

test('a dead-letter topic gets the event itself, with the error in its attributes', async () => {
  const { cloud, create, invoke, received, topicArn } = await world()
  await create('f', { DeadLetterConfig: { TargetArn: topicArn } })
  await invoke({ bad: true })
  await cloud.clock.advance(3_600_000)
  const [letter] = await received()
  assert.equal(letter.Message, '{"bad":true}')
  assert.deepEqual([letter.MessageAttributes.ErrorCode.Value, letter.MessageAttributes.ErrorMessage.Value], ['200', 'no'])
})

test('a topic is told of the records of a stream that were given up', async () => {
  const { cloud, lambda, kinesis, create, received, topicArn } = await world()
  await create('f')
  await kinesis.createStream({ StreamName: 's', ShardCount: 1 })
  await cloud.clock.advance(60_000)
  const EventSourceArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/s'
  await lambda.createEventSourceMapping({
    FunctionName: 'f', EventSourceArn, StartingPosition: 'TRIM_HORIZON', MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: topicArn } },
  })
  await kinesis.putRecord({ StreamName: 's', PartitionKey: '1', Data: Buffer.from('x') })
  await cloud.settle()
  const [notification] = await received()
  const record = JSON.parse(notification.Message)
  assert.deepEqual([record.requestContext.condition, record.KinesisBatchInfo.streamArn], ['RetryAttemptsExhausted', EventSourceArn])
})

test('a role that may not write to a destination or a dead-letter target is refused where it is configured', async () => {
  const { lambda, create, allow, queueArn, topicArn, busArn } = await world(['logs:*'])
  await create('f')
  const name = 'InvalidParameterValueException'
  const put = (Destination: string) => lambda.putFunctionEventInvokeConfig({ FunctionName: 'f', DestinationConfig: { OnFailure: { Destination } } })
  for (const [arn, call] of [[queueArn, 'SendMessage'], [topicArn, 'Publish'], [busArn, 'PutEvents']] as const) {
    await assert.rejects(put(arn), { name, message: `The function's execution role does not have permissions to call ${call} on ${arn}` })
  }
  await assert.rejects(put('arn:aws:s3:::b'), { name, message: /call PutObject on arn:aws:s3:::b/ })
  for (const [TargetArn, words] of [[queueArn, 'SendMessage on SQS'], [topicArn, 'Publish on SNS']] as const) {
    const message = `The provided execution role does not have permissions to call ${words}`
    await assert.rejects(create('g', { DeadLetterConfig: { TargetArn } }), { name, message })
    await assert.rejects(lambda.updateFunctionConfiguration({ FunctionName: 'f', DeadLetterConfig: { TargetArn } }), { name, message })
  }
  await allow(['sqs:SendMessage', 's3:PutObject'])
  await put(queueArn)
  await put('arn:aws:s3:::b')
  await lambda.updateFunctionConfiguration({ FunctionName: 'f', DeadLetterConfig: { TargetArn: queueArn } })
})

test('CreateEventSourceMapping: what the role may not do at the source, or at the destination, is named', async () => {
  const { lambda, kinesis, cloud, create, allow, queueArn, topicArn } = await world(['sqs:ReceiveMessage'])
  await create('f')
  const name = 'InvalidParameterValueException'
  const ofQueue = () => lambda.createEventSourceMapping({ FunctionName: 'f', EventSourceArn: queueArn })
  await assert.rejects(ofQueue(), { name, message: 'The provided execution role does not have permissions to call DeleteMessage on SQS' })
  await allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'])
  await assert.rejects(ofQueue(), { name, message: /call GetQueueAttributes on SQS/ })
  await kinesis.createStream({ StreamName: 's', ShardCount: 1 })
  await cloud.clock.advance(60_000)
  const ofStream = () => lambda.createEventSourceMapping({
    FunctionName: 'f', EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s', StartingPosition: 'LATEST',
    DestinationConfig: { OnFailure: { Destination: topicArn } },
  })
  await assert.rejects(ofStream(), { name, message: /^Cannot access stream .*stream\/s\. Please ensure the role can perform the GetRecords/ })
  await allow(['kinesis:*'])
  await assert.rejects(ofStream(), { name, message: /call Publish on SNS/ })
  await allow(['kinesis:*', 'sns:Publish'])
  assert.equal((await ofStream()).State, 'Creating')
})
