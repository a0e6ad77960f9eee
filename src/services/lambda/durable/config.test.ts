import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SQS } from '@aws-sdk/client-sqs'
import { durableWorld, type Played } from '../testing/durable-world.ts'

const world = async (functions: Record<string, Played>) => {
  const made = await durableWorld(functions)
  open.push(made)
  return made
}
const open: { stop: () => Promise<void> }[] = []
test.afterEach(async () => { for (const made of open.splice(0)) await made.stop() })

test('CreateFunction, UpdateFunctionConfiguration: DurableConfig has bounds and defaults, and only a function that began durable is durable', async () => {
  const { create, lambda } = await world({ plain: { plain: () => 1 } })
  const config = async (FunctionName: string) => (await lambda.getFunctionConfiguration({ FunctionName })).DurableConfig
  await create('durable', { DurableConfig: { ExecutionTimeout: 60 } })
  assert.deepEqual(await config('durable'), { ExecutionTimeout: 60, RetentionPeriodInDays: 14 })
  await lambda.updateFunctionConfiguration({ FunctionName: 'durable', DurableConfig: { RetentionPeriodInDays: 90 } })
  assert.deepEqual(await config('durable'), { ExecutionTimeout: 60, RetentionPeriodInDays: 90 })
  await lambda.updateFunctionConfiguration({ FunctionName: 'durable', MemorySize: 256 })
  assert.deepEqual(await config('durable'), { ExecutionTimeout: 60, RetentionPeriodInDays: 90 })
  assert.deepEqual(await config('durable:1'), { ExecutionTimeout: 60, RetentionPeriodInDays: 14 })
  for (const DurableConfig of [
    {}, { ExecutionTimeout: 0 }, { ExecutionTimeout: 31_622_401 }, { ExecutionTimeout: 1, RetentionPeriodInDays: 0 },
    { ExecutionTimeout: 1, RetentionPeriodInDays: 91 },
  ]) await assert.rejects(create('bad', { DurableConfig }), { name: 'ValidationException' }, JSON.stringify(DurableConfig))
  await create('plain')
  assert.equal(await config('plain'), undefined)
  await assert.rejects(lambda.updateFunctionConfiguration({ FunctionName: 'plain', DurableConfig: { ExecutionTimeout: 60 } }), {
    name: 'InvalidParameterValueException',
  })
})

test('a queue hands its messages to a durable function and waits for the execution; one that may take too long is refused', async () => {
  const { durable, lambda, cloud, read } = await world({
    reader: async (event, context) => {
      await context.wait({ seconds: 20 })
      return context.step('bodies', async () => event.Records.map((record: any) => record.body))
    },
  })
  const sqs = new SQS(cloud.client)
  await cloud.aws().iam.PutRolePolicy({ RoleName: 'role', PolicyName: 'read', PolicyDocument: JSON.stringify({
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }],
  }) })
  const { QueueUrl } = await sqs.createQueue({ QueueName: 'source', Attributes: { VisibilityTimeout: '900' } })
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] })
  const EventSourceArn = Attributes!.QueueArn!
  await durable('reader', {}, { Timeout: 30 })
  await assert.rejects(lambda.createEventSourceMapping({ EventSourceArn, FunctionName: 'reader' }), {
    message: 'You cannot invoke a durable function using an unqualified ARN.',
  })
  await lambda.createEventSourceMapping({ EventSourceArn, FunctionName: 'reader:1' })
  await sqs.sendMessage({ QueueUrl, MessageBody: 'hello' })
  await cloud.settle()
  const left = async () => {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
    const { Attributes: counts } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: [...names] })
    return names.map(name => counts![name])
  }
  assert.deepEqual(await left(), ['0', '1'])
  await cloud.clock.advance(20_000)
  assert.deepEqual(await left(), ['0', '0'])
  const { DurableExecutions } = await lambda.listDurableExecutionsByFunction({ FunctionName: 'reader' })
  assert.deepEqual(await Promise.all(DurableExecutions!.map(one => read(one.DurableExecutionArn!))), [{ status: 'SUCCEEDED', result: ['hello'] }])
  sqs.destroy()
})

test('AWS::Lambda::Function and AWS::Serverless::Function: DurableConfig, changed in place, with the policy that a durable function needs', async () => {
  const { cloud } = await world({})
  const { cloudformation, lambda, iam } = cloud.aws()
  const template = (ExecutionTimeout: number | string) => JSON.stringify({ Transform: 'AWS::Serverless-2016-10-31', Resources: { F: {
    Type: 'AWS::Serverless::Function', Properties: {
      FunctionName: 'f', Runtime: 'nodejs22.x', Handler: 'index.handler', InlineCode: 'exports.handler = async () => 1',
      DurableConfig: { ExecutionTimeout, RetentionPeriodInDays: 3 },
    },
  } } })
  const Capabilities = ['CAPABILITY_AUTO_EXPAND', 'CAPABILITY_IAM'] as any
  const status = async () => {
    await cloud.clock.advance(60_000)
    return (await cloudformation.DescribeStacks({ StackName: 's' })).Stacks![0]!.StackStatus
  }
  await cloudformation.CreateStack({ StackName: 's', TemplateBody: template('60'), Capabilities })
  assert.equal(await status(), 'CREATE_COMPLETE')
  const made = await lambda.GetFunctionConfiguration({ FunctionName: 'f' })
  assert.deepEqual(made.DurableConfig, { ExecutionTimeout: 60, RetentionPeriodInDays: 3 })
  const { AttachedPolicies } = await iam.ListAttachedRolePolicies({ RoleName: made.Role!.split('/').at(-1) })
  assert.deepEqual(AttachedPolicies!.map(policy => policy.PolicyName), ['AWSLambdaBasicDurableExecutionRolePolicy'])
  await cloudformation.UpdateStack({ StackName: 's', TemplateBody: template(120), Capabilities })
  assert.equal(await status(), 'UPDATE_COMPLETE')
  assert.equal((await lambda.GetFunctionConfiguration({ FunctionName: 'f' })).DurableConfig!.ExecutionTimeout, 120)
})

test('a function with tenant isolation runs all of an execution for one tenant, and is asked for a tenant by other functions', async () => {
  const tenants: (string | undefined)[] = []
  const { durable, lambda, cloud, read } = await world({
    isolated: { plain: (_, call) => {
      tenants.push(call.invocation.tenantId)
      return { Status: 'SUCCEEDED', Result: '1' }
    } },
    asking: async (_, context) => context.invoke('isolated', 'isolated:1', {}, { tenantId: 'green' }),
  })
  await cloud.aws().iam.PutRolePolicy({ RoleName: 'role', PolicyName: 'invoke', PolicyDocument: JSON.stringify({
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }],
  }) })
  await durable('isolated', {}, { TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } })
  await durable('asking')
  await assert.rejects(lambda.invoke({ FunctionName: 'isolated:1' }), { name: 'InvalidParameterValueException' })
  const { DurableExecutionArn } = await lambda.invoke({ FunctionName: 'asking:1', InvocationType: 'Event' })
  await cloud.settle()
  assert.deepEqual([(await read(DurableExecutionArn!)).status, tenants], ['SUCCEEDED', ['green']])
})

test('the operations of an execution, what it writes, and what is kept of it are on the bill', async () => {
  const { durable, begin, cloud } = await world({ two: async (_, context) => [await context.step(async () => 1), await context.step(async () => 22)] })
  await durable('two', { RetentionPeriodInDays: 1 })
  await begin('two')
  const used = (usageType: string) => cloud.usage().find(record => record.usageType === usageType)
  assert.deepEqual([used('Durable-Operations')!.quantity, used('Durable-WrittenBytes')!.quantity], [3, 1 + 2 + '[1,22]'.length])
  assert.equal(used('Durable-ByteHrs'), undefined)
  await cloud.clock.advance(86_400_000)
  assert.equal(used('Durable-ByteHrs')!.quantity, 24 * 9)
})

test('a function URL of an alias, and a streamed invocation, answer what the execution comes to', async () => {
  const { durable, lambda, cloud } = await world({
    page: async (event, context) =>
      context.step('page', async () => event.rawPath ? { statusCode: 201, body: `hello ${event.rawPath}` } : { n: event.n + 1 }),
  })
  await durable('page')
  await lambda.createAlias({ FunctionName: 'page', Name: 'live', FunctionVersion: '1' })
  const { FunctionUrl } = await lambda.createFunctionUrlConfig({ FunctionName: 'page', Qualifier: 'live', AuthType: 'NONE' })
  const anybody = { FunctionName: 'page', Qualifier: 'live', Principal: '*' }
  await lambda.addPermission({ ...anybody, StatementId: 'url', Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' })
  await lambda.addPermission({ ...anybody, StatementId: 'invoke', Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true })
  const answer = await fetch(`${cloud.endpoint}/_fogbank/lambda/urls/${new URL(FunctionUrl!).host.split('.')[0]}/there`)
  assert.deepEqual([answer.status, await answer.text()], [201, 'hello /there'])
  const { EventStream } = await lambda.invokeWithResponseStream({ FunctionName: 'page:1', Payload: Buffer.from('{"n":1}') })
  let text = ''
  for await (const { PayloadChunk } of EventStream!) text += Buffer.from(PayloadChunk?.Payload ?? '').toString()
  assert.equal(text, '{"n":2}')
})
