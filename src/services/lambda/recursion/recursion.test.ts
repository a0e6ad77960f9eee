import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { S3 } from '@aws-sdk/client-s3'
import { SNS } from '@aws-sdk/client-sns'
import { SQS } from '@aws-sdk/client-sqs'
import type { ScriptedCall } from '../../../sandbox/scripted.ts'
import { lambdaWorld } from '../testing/world.ts'

const closing: (() => Promise<void>)[] = []
after(async () => {
  for (const close of closing) await close()
})

/** Clients as a function has them: they send the trace header of its invocation on, as the recursion detection of the SDKs does. */
function clientsOf(client: any, header: string | undefined) {
  const made = { iam: new IAM(client), lambda: new Lambda(client), s3: new S3({ ...client, forcePathStyle: true }), sns: new SNS(client), sqs: new SQS(client) }
  for (const each of Object.values(made) as { middlewareStack: any }[]) {
    each.middlewareStack.add((next: any) => async (args: any) => {
      if (header !== undefined) args.request.headers['x-amzn-trace-id'] = header
      return next(args)
    }, { step: 'build', name: 'traced' })
  }
  return made
}

type Clients = ReturnType<typeof clientsOf>

/** Functions that do what the test says each time they run; `runs` counts. */
async function world(act: (clients: Clients, call: ScriptedCall) => Promise<unknown>) {
  const made: { runs: number, headers: string[] } = { runs: 0, headers: [] }
  const script = async (call: ScriptedCall) => {
    made.runs++
    made.headers.push(call.invocation.traceHeader!)
    if (made.runs > 40) return 'enough'
    const clients = clientsOf(cloud.client, call.invocation.traceHeader)
    try {
      return await act(clients, call)
    } finally {
      for (const client of Object.values(clients)) client.destroy()
    }
  }
  const { cloud, lambda, create, stop } = await lambdaWorld({ script })
  const clients = clientsOf(cloud.client, undefined)
  closing.push(async () => {
    for (const client of Object.values(clients)) client.destroy()
    await stop()
  })
  await clients.iam.putRolePolicy({
    RoleName: 'role', PolicyName: 'p',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['sqs:*', 'sns:*', 's3:*'], Resource: '*' }] }),
  })
  const queue = async (QueueName: string, Attributes: Record<string, string> = {}) => {
    const arn = `arn:aws:sqs:us-east-1:000000000000:${QueueName}`
    return { QueueUrl: (await clients.sqs.createQueue({ QueueName, Attributes })).QueueUrl!, arn }
  }
  return { ...clients, cloud, lambda, create, made, queue }
}

test('a function that invokes itself through a queue runs 16 times, then its messages go back and to the dead-letter queue', async () => {
  const { cloud, lambda, create, made, queue, sqs } = await world(({ sqs }) => sqs.sendMessage({ QueueUrl: loop.QueueUrl, MessageBody: 'again' }))
  const dead = await queue('dead')
  const loop = await queue('loop', { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 }) })
  await create('f')
  await lambda.createEventSourceMapping({ FunctionName: 'f', EventSourceArn: loop.arn })
  await sqs.sendMessage({ QueueUrl: loop.QueueUrl, MessageBody: 'first' })
  await cloud.clock.advance(120_000)
  assert.equal(made.runs, 16)
  assert.match(made.headers[0]!, /;Lineage=[0-9a-f]{8}:0$/)
  assert.match(made.headers[15]!, /;Lineage=[0-9a-f]{8}:15$/)
  const { Messages } = await sqs.receiveMessage({ QueueUrl: dead.QueueUrl })
  assert.equal(Messages?.[0]!.Body, 'again')
})

test('a loop through a topic ends as well; the event that is stopped goes to the on-failure destination', async () => {
  const { cloud, lambda, create, made, queue, sqs, sns } = await world(({ sns }) => sns.publish({ TopicArn, Message: 'again' }))
  const { arn: Destination, QueueUrl } = await queue('failures')
  const TopicArn = (await sns.createTopic({ Name: 't' })).TopicArn!
  await create('f')
  await lambda.putFunctionEventInvokeConfig({ FunctionName: 'f', DestinationConfig: { OnFailure: { Destination } } })
  await lambda.addPermission({ FunctionName: 'f', StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 'sns.amazonaws.com' })
  await sns.subscribe({ TopicArn, Protocol: 'lambda', Endpoint: 'arn:aws:lambda:us-east-1:000000000000:function:f' })
  await sns.publish({ TopicArn, Message: 'first' })
  await cloud.settle()
  assert.equal(made.runs, 16)
  const { Messages } = await sqs.receiveMessage({ QueueUrl })
  assert.equal(JSON.parse(Messages![0]!.Body!).requestPayload.Records[0].Sns.Message, 'again')
})

test('a loop through a bucket ends as well', async () => {
  const { cloud, lambda, create, made, s3 } = await world(({ s3 }) => s3.putObject({ Bucket: 'bucket', Key: String(made.runs), Body: 'x' }))
  await s3.createBucket({ Bucket: 'bucket' })
  await create('f')
  await lambda.addPermission({ FunctionName: 'f', StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com' })
  const LambdaFunctionArn = 'arn:aws:lambda:us-east-1:000000000000:function:f'
  await s3.putBucketNotificationConfiguration({
    Bucket: 'bucket', NotificationConfiguration: { LambdaFunctionConfigurations: [{ LambdaFunctionArn, Events: ['s3:ObjectCreated:*'] }] },
  })
  await s3.putObject({ Bucket: 'bucket', Key: 'first', Body: 'x' })
  await cloud.settle()
  assert.equal(made.runs, 16)
})

test('two functions that call each other: the caller is told with RecursiveInvocationException', async () => {
  const refusals: Error[] = []
  const { lambda, create, made } = await world(async ({ lambda }, { spec }) => {
    const FunctionName = spec.environment.AWS_LAMBDA_FUNCTION_NAME === 'ping' ? 'pong' : 'ping'
    await lambda.invoke({ FunctionName }).catch(error => refusals.push(error))
  })
  await create('ping')
  await create('pong')
  await lambda.invoke({ FunctionName: 'ping' })
  assert.equal(made.runs, 32)
  assert.deepEqual(refusals.map(error => error.name), ['RecursiveInvocationException'])
})

test('PutFunctionRecursionConfig: Allow lets it run on; Terminate is the default', async () => {
  const { cloud, lambda, create, made } = await world(({ lambda }) => lambda.invoke({ FunctionName: 'f', InvocationType: 'Event' }))
  await create('f')
  const get = async () => (await lambda.getFunctionRecursionConfig({ FunctionName: 'f' })).RecursiveLoop
  assert.equal(await get(), 'Terminate')
  assert.equal((await lambda.putFunctionRecursionConfig({ FunctionName: 'f', RecursiveLoop: 'Allow' })).RecursiveLoop, 'Allow')
  assert.equal(await get(), 'Allow')
  await lambda.invoke({ FunctionName: 'f', InvocationType: 'Event' })
  await cloud.settle()
  assert.equal(made.runs, 41)
  await lambda.putFunctionRecursionConfig({ FunctionName: 'f', RecursiveLoop: 'Terminate' })
  made.runs = 0
  await lambda.invoke({ FunctionName: 'f', InvocationType: 'Event' })
  await cloud.settle()
  assert.equal(made.runs, 16)
  await assert.rejects(lambda.getFunctionRecursionConfig({ FunctionName: 'none' }), { name: 'ResourceNotFoundException' })
})
