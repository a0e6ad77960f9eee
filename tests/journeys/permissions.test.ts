import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DynamoDB } from '@aws-sdk/client-dynamodb'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { STS } from '@aws-sdk/client-sts'
import { strToU8, zipSync } from 'fflate'
import { startCloud, type TestCloud } from '../../src/testing/index.ts'

let cloud: TestCloud
let iam: IAM
let lambda: Lambda
before(async () => {
  cloud = await startCloud({ sandboxDriver: 'process' })
  iam = new IAM(cloud.client)
  lambda = new Lambda(cloud.client)
})
after(async () => {
  lambda.destroy()
  iam.destroy()
  await cloud.stop()
})

const trust = (Service: string) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }] })

test('a function runs as its role: what the role may not do is denied, and allowed from when a policy says so', async () => {
  await new DynamoDB(cloud.client).createTable({
    TableName: 'notes', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  })
  await cloud.settle()
  const { Role } = await iam.createRole({ RoleName: 'app', AssumeRolePolicyDocument: trust('lambda.amazonaws.com') })
  const code = `export const handler = async () => ({ accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
    sessionToken: process.env.AWS_SESSION_TOKEN })`
  const ZipFile = zipSync({ 'index.mjs': strToU8(code) })
  await lambda.createFunction({ FunctionName: 'app', Runtime: 'nodejs24.x' as any, Handler: 'index.handler', Role: Role!.Arn!, Code: { ZipFile } })
  await cloud.settle()
  const { Payload } = await lambda.invoke({ FunctionName: 'app' })
  const credentials = JSON.parse(Buffer.from(Payload!).toString())
  const { Arn } = await new STS({ ...cloud.client, credentials }).getCallerIdentity({})
  assert.equal(Arn, 'arn:aws:sts::000000000000:assumed-role/app/app')
  const put = () => new DynamoDB({ ...cloud.client, credentials }).putItem({ TableName: 'notes', Item: { id: { S: '1' } } })
  await assert.rejects(put(), (error: any) => {
    assert.equal(error.name, 'AccessDeniedException')
    assert.equal(error.message, 'User: arn:aws:sts::000000000000:assumed-role/app/app is not authorized to perform: dynamodb:PutItem on resource: ' +
      'arn:aws:dynamodb:us-east-1:000000000000:table/notes because no identity-based policy allows the dynamodb:PutItem action')
    return true
  })
  const only = (SourceFunctionArn: string) => iam.putRolePolicy({
    RoleName: 'app', PolicyName: 'own', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{
      Effect: 'Allow', Action: 'dynamodb:*', Resource: '*', Condition: { ArnEquals: { 'lambda:SourceFunctionArn': SourceFunctionArn } },
    }] }),
  })
  await only('arn:aws:lambda:us-east-1:000000000000:function:another')
  await assert.rejects(put(), { name: 'AccessDeniedException' })
  await only('arn:aws:lambda:us-east-1:000000000000:function:app')
  await put()
  await iam.deleteRolePolicy({ RoleName: 'app', PolicyName: 'own' })
  await iam.attachRolePolicy({ RoleName: 'app', PolicyArn: 'arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess' })
  await put()
})

test('a role that does not trust Lambda is refused when the function is made', async () => {
  const { Role } = await iam.createRole({ RoleName: 'other', AssumeRolePolicyDocument: trust('ec2.amazonaws.com') })
  const ZipFile = zipSync({ 'index.mjs': strToU8('export const handler = async () => 1') })
  await assert.rejects(
    lambda.createFunction({ FunctionName: 'other', Runtime: 'nodejs24.x' as any, Handler: 'index.handler', Role: Role!.Arn!, Code: { ZipFile } }),
    { name: 'InvalidParameterValueException', message: 'The role defined for the function cannot be assumed by Lambda.' },
  )
})
