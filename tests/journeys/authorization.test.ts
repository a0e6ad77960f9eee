import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDB } from '@aws-sdk/client-dynamodb'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { S3 } from '@aws-sdk/client-s3'
import { STS } from '@aws-sdk/client-sts'
import { strToU8, zipSync } from 'fflate'
import { startCloud, type TestCloud } from '../../src/testing/index.ts'

// What policies speak of reaches the policy engine, from the wire and from service to service.

const account = '000000000000'
const other = '222222222222'
let cloud: TestCloud
let iam: IAM
const open: { destroy(): void }[] = []
before(async () => {
  cloud = await startCloud({ sandboxDriver: 'process' })
  await cloud.cloud.platform.load('apigatewayv2')
  iam = client(IAM)
})
after(async () => {
  for (const each of open) each.destroy()
  await cloud.stop()
})

type Credentials = { accessKeyId: string, secretAccessKey: string, sessionToken?: string }
function client<C extends { destroy(): void }>(Kind: new (options: any) => C, more: { credentials?: Credentials, customUserAgent?: string } = {}): C {
  const made = new Kind({ ...cloud.client, ...more })
  open.push(made)
  return made
}
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (Action: string | string[], more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more })
const rootIn = (id: string): Credentials => ({ accessKeyId: id, secretAccessKey: 'x' })

let users = 0
/** A user of the account whose one policy holds the statements. */
async function userWith(...statements: object[]) {
  const UserName = `user-${++users}`
  await iam.createUser({ UserName })
  await iam.putUserPolicy({ UserName, PolicyName: 'own', PolicyDocument: document(...statements) })
  const { AccessKey } = await iam.createAccessKey({ UserName })
  return { UserName, credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! } }
}

const denied = (work: Promise<unknown>, message?: RegExp) => assert.rejects(work, (error: any) => {
  assert.match(error.name, /^AccessDenied(Exception)?$/, `${error.name}: ${error.message}`)
  if (message) assert.match(error.message, message)
  return true
})

const whereKey = async (operator: string, key: string, right: string | string[], wrong: string | string[]) => {
  const yes = client(IAM, await userWith(allow('iam:ListRoles', { Condition: { [operator]: { [key]: right } } })))
  const no = client(IAM, await userWith(allow('iam:ListRoles', { Condition: { [operator]: { [key]: wrong } } })))
  await yes.listRoles({})
  await denied(no.listRoles({}))
}

test('keys of the connection: aws:SourceIp, aws:SecureTransport (loopback counts as secure), aws:UserAgent', async () => {
  await whereKey('IpAddress', 'aws:SourceIp', '127.0.0.0/8', '10.0.0.0/8')
  await whereKey('Bool', 'aws:SecureTransport', 'true', 'false')
  await whereKey('StringLike', 'aws:UserAgent', '*aws-sdk-js*', 'curl/*')
})

test('aws:SecureTransport: a call over a network without TLS meets a policy that asks for it', async () => {
  const { UserName } = await userWith(allow('*'), { ...allow('*'), Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })
  const { User } = await iam.getUser({ UserName })
  const call = (secureTransport: boolean) => cloud.cloud.platform.perform({
    service: 'iam', operation: 'ListRoles', input: {}, principal: { type: 'user', account, arn: User!.Arn!, userId: User!.UserId! }, account,
    region: 'us-east-1',
    requestId: '1', secureTransport,
  })
  await call(true)
  await denied(call(false), /with an explicit deny in an identity-based policy/)
})

test('keys of the caller and the time: PrincipalArn, -Account, -Type, -Tag, username, userid, CurrentTime, EpochTime, RequestedRegion', async () => {
  await whereKey('ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${account}:user/user-*`, `arn:aws:iam::${other}:user/*`)
  await whereKey('StringEquals', 'aws:PrincipalAccount', account, other)
  await whereKey('StringEquals', 'aws:PrincipalType', 'User', 'AssumedRole')
  await whereKey('StringLike', 'aws:username', 'user-*', 'bob')
  await whereKey('StringLike', 'aws:userid', 'AIDA*', 'AROA*')
  await whereKey('DateGreaterThan', 'aws:CurrentTime', '2025-12-31T00:00:00Z', '2027-01-01T00:00:00Z')
  await whereKey('NumericGreaterThan', 'aws:EpochTime', '1700000000', '1900000000')
  await whereKey('StringEquals', 'aws:RequestedRegion', 'us-east-1', 'eu-west-1')
  await whereKey('StringEquals', 'aws:ResourceAccount', account, other)
  await whereKey('Null', 'aws:TokenIssueTime', 'true', 'false')
  const { UserName, credentials } = await userWith(allow('iam:ListRoles', { Condition: { StringEquals: { 'aws:PrincipalTag/Team': 'blue' } } }))
  const tagged = client(IAM, { credentials })
  await denied(tagged.listRoles({}))
  await iam.tagUser({ UserName, Tags: [{ Key: 'team', Value: 'blue' }] })
  await tagged.listRoles({})
})

test('policy variables, with their defaults, in resources and in conditions', async () => {
  const home = client(S3, await userWith(allow('s3:PutObject', { Resource: 'arn:aws:s3:::homes/${aws:username}/*' })))
  await client(S3).createBucket({ Bucket: 'homes' })
  const name = `user-${users}`
  await home.putObject({ Bucket: 'homes', Key: `${name}/a`, Body: 'x' })
  await denied(home.putObject({ Bucket: 'homes', Key: 'another/a', Body: 'x' }))
  const untagged = client(S3, await userWith(allow('s3:PutObject', { Resource: "arn:aws:s3:::homes/${aws:PrincipalTag/team, 'nobody'}/*" })))
  await untagged.putObject({ Bucket: 'homes', Key: 'nobody/a', Body: 'x' })
  await denied(untagged.putObject({ Bucket: 'homes', Key: 'x/a', Body: 'x' }))
})

test('aws:RequestTag and aws:TagKeys: from lists and from maps, and from UntagResource', async () => {
  const blueOnly = allow('*', { Condition: { StringEquals: { 'aws:RequestTag/team': 'blue' }, 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } } })
  const user = await userWith(blueOnly)
  const logs = client(CloudWatchLogs, user)
  await logs.createLogGroup({ logGroupName: 'blue', tags: { team: 'blue' } })
  await denied(logs.createLogGroup({ logGroupName: 'red', tags: { team: 'red' } }))
  await denied(logs.createLogGroup({ logGroupName: 'both', tags: { team: 'blue', more: 'x' } }))
  const db = client(DynamoDB, user)
  const table = (TableName: string, Value: string) => db.createTable({
    TableName, KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    Tags: [{ Key: 'team', Value }],
  })
  await table('blue', 'blue')
  await denied(table('red', 'red'))
  const keepTeam = client(
    CloudWatchLogs,
    await userWith(allow('*'), { ...allow('*'), Effect: 'Deny', Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } } }),
  )
  const resourceArn = `arn:aws:logs:us-east-1:${account}:log-group:blue`
  await denied(keepTeam.untagResource({ resourceArn, tagKeys: ['team'] }))
  await keepTeam.untagResource({ resourceArn, tagKeys: ['x'] })
})

test('aws:ResourceTag: of log groups, tables, functions, buckets, objects and users', async () => {
  const user = await userWith(
    allow(['logs:*', 'dynamodb:*', 'lambda:*', 's3:ListBucket', 'iam:*'], { Condition: { StringEquals: { 'aws:ResourceTag/team': 'green' } } }),
    allow('s3:GetObject', { Condition: { StringEquals: { 's3:ExistingObjectTag/team': 'green' } } }),
  )
  const [rootLogs, rootDb, rootLambda, rootS3] = [client(CloudWatchLogs), client(DynamoDB), client(Lambda), client(S3)]
  const [logs, db, lambda, s3, users] = [client(CloudWatchLogs, user), client(DynamoDB, user), client(Lambda, user), client(S3, user), client(IAM, user)]
  const { Role } = await iam.createRole({
    RoleName: 'tagged-fn',
    AssumeRolePolicyDocument: document({ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }),
  })
  const ZipFile = zipSync({ 'index.mjs': strToU8('export const handler = async () => 1') })
  for (const team of ['green', 'grey']) {
    await rootLogs.createLogGroup({ logGroupName: team, tags: { team } })
    await rootDb.createTable({
      TableName: team, KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      Tags: [{ Key: 'team', Value: team }],
    })
    await rootLambda.createFunction({
      FunctionName: team, Runtime: 'nodejs24.x' as any, Handler: 'index.handler', Role: Role!.Arn!, Code: { ZipFile }, Tags: { team },
    })
    await rootS3.createBucket({ Bucket: `${team}-bucket` })
    await rootS3.putBucketTagging({ Bucket: `${team}-bucket`, Tagging: { TagSet: [{ Key: 'team', Value: team }] } })
    await rootS3.putObject({ Bucket: `${team}-bucket`, Key: 'a', Body: 'a', Tagging: `team=${team}` })
    await iam.createUser({ UserName: team, Tags: [{ Key: 'team', Value: team }] })
  }
  await cloud.settle()
  const asks: ((team: string) => Promise<unknown>)[] = [
    team => logs.describeLogStreams({ logGroupName: team }), team => db.describeTable({ TableName: team }), team => lambda.getFunction({ FunctionName: team }),
    team => s3.listObjectsV2({ Bucket: `${team}-bucket` }),
    team => s3.getObject({ Bucket: `${team}-bucket`, Key: 'a' }).then(found => found.Body!.transformToString()),
    team => users.getUser({ UserName: team }),
  ]
  for (const ask of asks) {
    await ask('green')
    await denied(ask('grey'))
  }
})

test('aws:CalledVia and aws:ViaAWSService: a call that CloudFormation passes on', async () => {
  const viaCfn = { Condition: { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' }, Bool: { 'aws:ViaAWSService': 'true' } } }
  const user = await userWith(allow('cloudformation:*'), allow('logs:*', viaCfn))
  await denied(client(CloudWatchLogs, user).createLogGroup({ logGroupName: 'direct' }))
  const cfn = client(CloudFormation, user)
  await cfn.createStack({
    StackName: 'via',
    TemplateBody: JSON.stringify({ Resources: { Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'via-stack' } } } }),
  })
  await cloud.settle()
  const { Stacks } = await cfn.describeStacks({ StackName: 'via' })
  assert.equal(Stacks![0]!.StackStatus, 'CREATE_COMPLETE', Stacks![0]!.StackStatusReason)
})

test('a role across accounts needs both: the trust policy, and a policy of the caller\'s account', async () => {
  const iamThere = client(IAM, { credentials: rootIn(other) })
  const trusting = document({
    Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole', Condition: { StringEquals: { 'sts:ExternalId': 'pact' } },
  })
  const { Role } = await iamThere.createRole({ RoleName: 'visitor', AssumeRolePolicyDocument: trusting })
  const RoleArn = Role!.Arn!
  const assume = (credentials: Credentials, more: object = {}) =>
    client(STS, { credentials }).assumeRole({ RoleArn, RoleSessionName: 'me', ExternalId: 'pact', ...more })
  const [allowed, silent] = [await userWith(allow('sts:AssumeRole', { Resource: RoleArn })), await userWith(allow('sts:GetCallerIdentity'))]
  const { AssumedRoleUser } = await assume(allowed.credentials)
  assert.equal(AssumedRoleUser!.Arn, `arn:aws:sts::${other}:assumed-role/visitor/me`)
  await denied(assume(silent.credentials))
  await denied(assume(allowed.credentials, { ExternalId: 'wrong' }))
  await denied(assume(rootIn('333333333333')))
})

test('S3: what an upload says beside its bytes is known to policies, and its tags need a permission of their own', async () => {
  const root = client(S3)
  await root.createBucket({ Bucket: 'uploads' })
  const put = (Condition: object, more: object[] = []) => userWith(allow('s3:PutObject', { Condition }), ...more).then(user => client(S3, user))
  const upload = (s3: S3, more: object = {}) => s3.putObject({ Bucket: 'uploads', Key: 'a', Body: 'x', ...more })
  const encrypted = await put({ StringEquals: { 's3:x-amz-server-side-encryption': 'AES256' } })
  await upload(encrypted, { ServerSideEncryption: 'AES256' })
  await denied(upload(encrypted))
  const tagging = { Tagging: 'team=blue' }
  await denied(upload(await put({}), tagging), /not authorized to perform: s3:PutObjectTagging on resource/)
  const tagged = await put({}, [allow('s3:PutObjectTagging', { Condition: { StringEquals: { 's3:RequestObjectTag/team': 'blue' } } })])
  await upload(tagged, tagging)
  await denied(upload(tagged, { Tagging: 'team=red' }))
})

test('S3: a key that is not there is AccessDenied for whom may not list the bucket', async () => {
  const get = (who: { credentials: Credentials }) => client(S3, who).getObject({ Bucket: 'uploads', Key: 'none' })
  await denied(get(await userWith(allow('s3:GetObject'))), /not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::uploads"/)
  await assert.rejects(get(await userWith(allow(['s3:GetObject', 's3:ListBucket']))), { name: 'NoSuchKey' })
})

test('S3 across accounts: the bucket\'s policy and the caller\'s own', async () => {
  const owner = client(S3, { credentials: rootIn(other) })
  await owner.createBucket({ Bucket: 'theirs' })
  await owner.putObject({ Bucket: 'theirs', Key: 'a', Body: 'hello' })
  const [can, cannot] = [await userWith(allow('s3:GetObject')), await userWith(allow('s3:ListBucket'))]
  const read = (who: { credentials: Credentials }) => client(S3, who).getObject({ Bucket: 'theirs', Key: 'a' }).then(found => found.Body!.transformToString())
  await denied(read(can), /because no resource-based policy allows the s3:GetObject action$/)
  await owner.putBucketPolicy({
    Bucket: 'theirs', Policy: document({ Effect: 'Allow', Principal: { AWS: account }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::theirs/*' }),
  })
  assert.equal(await read(can), 'hello')
  await denied(read(cannot), /because no identity-based policy allows the s3:GetObject action$/)
})

test('Lambda across accounts, and from services: the function\'s policy decides, with its source', async () => {
  const there = client(Lambda, { credentials: rootIn(other) })
  const { Role } = await client(IAM, { credentials: rootIn(other) }).createRole({
    RoleName: 'fn', AssumeRolePolicyDocument: document({ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }),
  })
  const ZipFile = zipSync({ 'index.mjs': strToU8('export const handler = async () => 1') })
  const { FunctionArn } = await there.createFunction({
    FunctionName: 'shared', Runtime: 'nodejs24.x' as any, Handler: 'index.handler', Role: Role!.Arn!, Code: { ZipFile },
  })
  await cloud.settle()
  const invoke = async (who: { credentials: Credentials }) => client(Lambda, who).invoke({ FunctionName: FunctionArn!, InvocationType: 'DryRun' })
  const caller = await userWith(allow('lambda:*'))
  await denied(invoke(caller), /because no resource-based policy allows the lambda:InvokeFunction action$/)
  await denied(invoke({ credentials: rootIn(account) }), /because no resource-based policy/)
  await denied(client(Lambda, caller).getFunction({ FunctionName: FunctionArn! }), /because no resource-based policy/)
  await there.addPermission({ FunctionName: 'shared', StatementId: 'pact', Action: 'lambda:InvokeFunction', Principal: account })
  assert.equal((await invoke(caller)).StatusCode, 204)
  const gateway = cloud.cloud.platform.scope('apigatewayv2', { account: other, region: 'us-east-1' })
  const source = `arn:aws:execute-api:us-east-1:${other}:api1`
  const asGateway = (sourceArn: string) =>
    gateway.as({ service: 'apigateway.amazonaws.com', sourceArn }).lambda.Invoke({ FunctionName: FunctionArn!, InvocationType: 'DryRun' })
  await denied(asGateway(`${source}/x/GET/`))
  await there.addPermission({
    FunctionName: 'shared', StatementId: 'api', Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com', SourceArn: `${source}/*`,
  })
  assert.equal((await asGateway(`${source}/x/GET/`)).StatusCode, 204)
  await denied(asGateway(`arn:aws:execute-api:us-east-1:${other}:api2/x/GET/`))
})

test('a service may act only as a role that trusts it, for the resource that the trust policy names', async () => {
  const trusting = { Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' }
  const role = async (RoleName: string, statement: object) => (await iam.createRole({ RoleName, AssumeRolePolicyDocument: document(statement) })).Role!.Arn!
  const Condition = { ArnLike: { 'aws:SourceArn': `arn:aws:execute-api:*:${account}:a/*` }, StringEquals: { 'aws:SourceAccount': account } }
  const [open, guarded] = [await role('gw', trusting), await role('gw-guarded', { ...trusting, Condition })]
  const theirs = await role('gw-not', { ...trusting, Principal: { Service: 'lambda.amazonaws.com' } })
  const scope = cloud.cloud.platform.scope('apigatewayv2', { account, region: 'us-east-1' })
  const who = async (more: { role: string, sourceArn?: string, actingService?: string }) => (await scope.as(more).sts.GetCallerIdentity({})).Arn
  assert.equal(await who({ role: open }), `arn:aws:sts::${account}:assumed-role/gw/apigatewayv2`)
  await denied(who({ role: theirs }), /^User: apigateway.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: .*role\/gw-not/)
  assert.ok(await who({ role: theirs, actingService: 'lambda.amazonaws.com' }))
  await denied(who({ role: guarded }))
  await denied(who({ role: guarded, sourceArn: `arn:aws:execute-api:us-east-1:${account}:b/x` }))
  assert.ok(await who({ role: guarded, sourceArn: `arn:aws:execute-api:us-east-1:${account}:a/x` }))
  await iam.updateAssumeRolePolicy({ RoleName: 'gw', PolicyDocument: document({ ...trusting, Principal: { Service: 'states.us-east-1.amazonaws.com' } }) })
  await denied(who({ role: open }))
  assert.ok(await who({ role: open, actingService: 'states.amazonaws.com' }))
})

test('AWS::IAM::AccessKey in a stack: switching it off leaves its secret as it was', async () => {
  const cfn = client(CloudFormation)
  const template = (Status: string) => JSON.stringify({
    Resources: {
      User: { Type: 'AWS::IAM::User', Properties: { LoginProfile: { Password: 'Secret-1234' } } },
      Key: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: { Ref: 'User' }, Status } },
    },
    Outputs: { Id: { Value: { Ref: 'Key' } }, Secret: { Value: { 'Fn::GetAtt': ['Key', 'SecretAccessKey'] } } },
  })
  const Capabilities = ['CAPABILITY_IAM' as const]
  const outputs = async () =>
    Object.fromEntries((await cfn.describeStacks({ StackName: 'keys' })).Stacks![0]!.Outputs!.map(output => [output.OutputKey, output.OutputValue]))
  await cfn.createStack({ StackName: 'keys', TemplateBody: template('Active'), Capabilities })
  await cloud.settle()
  const before = await outputs()
  const sts = client(STS, { credentials: { accessKeyId: before.Id!, secretAccessKey: before.Secret! } })
  await sts.getCallerIdentity({})
  await cfn.updateStack({ StackName: 'keys', TemplateBody: template('Inactive'), Capabilities })
  await cloud.settle()
  assert.deepEqual(await outputs(), before)
  await assert.rejects(sts.getCallerIdentity({}), { name: 'InvalidClientTokenId' })
  await cfn.deleteStack({ StackName: 'keys' })
  await cloud.settle()
})
