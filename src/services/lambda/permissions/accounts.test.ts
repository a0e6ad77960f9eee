import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import type { TestCloud } from '../../../testing/index.ts'
import { lambdaWorld, zip } from '../testing/world.ts'

// Functions of one account that another account invokes.
let cloud: TestCloud
let owner: Lambda
let create: Awaited<ReturnType<typeof lambdaWorld>>['create']
let stop: () => Promise<void>
const clients: { destroy(): void }[] = []
const seen: string[] = []
before(async () => { ({ cloud, lambda: owner, create, stop } = await lambdaWorld({ script: ({ spec, invocation }) => {
  seen.push(invocation.invokedFunctionArn)
  return spec.environment.AWS_LAMBDA_FUNCTION_NAME
} })) })
after(async () => {
  for (const client of clients) client.destroy()
  await stop()
})

const other = '111111111111'
const as = (credentials: { accessKeyId: string, secretAccessKey: string }) => {
  const made = { lambda: new Lambda({ ...cloud.client, credentials }), iam: new IAM({ ...cloud.client, credentials }) }
  clients.push(...Object.values(made))
  return made
}
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`

test('a function\'s policy lets another account in: as a whole, or an alias alone; without a word of it nobody', async () => {
  const { lambda } = as({ accessKeyId: other, secretAccessKey: 'test' })
  await create('f')
  await owner.createAlias({ FunctionName: 'f', Name: 'live', FunctionVersion: '1' })
  const call = (FunctionName: string, more = {}) => lambda.invoke({ FunctionName, ...more })
  await assert.rejects(call(arnOf('f')), { name: 'AccessDeniedException' })
  await owner.addPermission({ FunctionName: 'f', Qualifier: 'live', StatementId: 's', Action: 'lambda:InvokeFunction', Principal: other })
  await assert.rejects(call(arnOf('f')), { name: 'AccessDeniedException' })
  assert.equal(Buffer.from((await call(`${arnOf('f')}:live`)).Payload!).toString(), '"f"')
  assert.equal((await call(arnOf('f'), { Qualifier: 'live' })).ExecutedVersion, '1')
  assert.equal((await call('000000000000:function:f:live', { InvocationType: 'Event' })).StatusCode, 202)
  await cloud.settle()
  assert.deepEqual(seen, Array.from({ length: 3 }, () => `${arnOf('f')}:live`))
  // A name alone is one of the caller's own.
  await assert.rejects(call('f'), { name: 'ResourceNotFoundException' })
  await assert.rejects(call(arnOf('none')), { name: 'AccessDeniedException' })
})

test('a user of the other account needs a word of its own policies as well', async () => {
  await create('g')
  await owner.addPermission({ FunctionName: 'g', StatementId: 's', Action: 'lambda:InvokeFunction', Principal: other })
  const { iam } = as({ accessKeyId: other, secretAccessKey: 'test' })
  await iam.createUser({ UserName: 'u' })
  const { AccessKey } = await iam.createAccessKey({ UserName: 'u' })
  const { lambda } = as({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! })
  await assert.rejects(lambda.invoke({ FunctionName: arnOf('g') }), { name: 'AccessDeniedException' })
  await iam.putUserPolicy({ UserName: 'u', PolicyName: 'p', PolicyDocument: JSON.stringify({
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: arnOf('g') }],
  }) })
  assert.equal((await lambda.invoke({ FunctionName: arnOf('g') })).FunctionError, undefined)
  const { EventStream } = await lambda.invokeWithResponseStream({ FunctionName: arnOf('g') })
  for await (const event of EventStream!) assert.equal(event.InvokeComplete?.ErrorCode, undefined)
  // A user that the function's policy names itself needs the own word no less.
  await assert.rejects(lambda.getFunction({ FunctionName: arnOf('g') }), { name: 'AccessDeniedException' })
  await owner.addPermission({ FunctionName: 'g', StatementId: 'user', Action: 'lambda:GetFunction', Principal: `arn:aws:iam::${other}:user/u` })
  await assert.rejects(lambda.getFunction({ FunctionName: arnOf('g') }), { name: 'AccessDeniedException' })
  await iam.putUserPolicy({ UserName: 'u', PolicyName: 'p', PolicyDocument: JSON.stringify({
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'lambda:*', Resource: '*' }],
  }) })
  assert.equal((await lambda.getFunction({ FunctionName: arnOf('g') })).Configuration!.FunctionArn, arnOf('g'))
  await assert.rejects(lambda.deleteFunction({ FunctionName: arnOf('g') }), { name: 'AccessDeniedException' })
  await assert.rejects(lambda.putFunctionRecursionConfig({ FunctionName: arnOf('g'), RecursiveLoop: 'Allow' }), { name: 'AccessDeniedException' })
})

test('another account publishes and names versions where the function\'s policy lets it', async () => {
  const { lambda } = as({ accessKeyId: other, secretAccessKey: 'test' })
  await create('h')
  for (const Action of ['UpdateFunctionCode', 'PublishVersion', 'CreateAlias', 'ListVersionsByFunction']) {
    await owner.addPermission({ FunctionName: 'h', StatementId: Action, Action: `lambda:${Action}`, Principal: other })
  }
  const FunctionName = arnOf('h')
  await lambda.updateFunctionCode({ FunctionName, ZipFile: zip('of the other account') })
  const { Version } = await lambda.publishVersion({ FunctionName })
  assert.equal((await lambda.createAlias({ FunctionName, Name: 'live', FunctionVersion: Version })).AliasArn, `${FunctionName}:live`)
  assert.deepEqual((await lambda.listVersionsByFunction({ FunctionName })).Versions!.map(each => each.Version), ['$LATEST', '1', '2'])
  assert.equal((await owner.getAlias({ FunctionName: 'h', Name: 'live' })).FunctionVersion, '2')
})

test('what the invocation uses is of the account whose function it is', async () => {
  const month = async (account: string) => (await cloud.cloud.platform.scope('lambda', { account, region: 'us-east-1' }).config.usage.month(account, '2026-01'))
    .filter(sum => sum.usageType === 'Request').reduce((sum, { quantity }) => sum + quantity, 0)
  assert.ok(await month('000000000000') >= 5)
  assert.equal(await month(other), 0)
})
