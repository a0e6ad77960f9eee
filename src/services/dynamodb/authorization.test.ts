import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DynamoDB } from '@aws-sdk/client-dynamodb'
import type { AuthorizationRequest } from '../../platform/parts.ts'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { iam } from '../iam/service.ts'
import { sts } from '../sts/service.ts'
import { onBatch, onItems } from './authorization.ts'
import { dynamodb as service } from './service.ts'
import type { Db } from './state.ts'

let cloud: TestCloud
let db: Db
before(async () => {
  cloud = await startCloud({ services: [service] })
  const account = '000000000000'
  await cloud.aws(account).dynamodb.CreateTable({
    TableName: 'notes', BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'owner', AttributeType: 'S' }],
  })
  const principal = { type: 'user' as const, account, arn: `arn:aws:iam::${account}:user/ann`, userId: 'AIDA' }
  db = cloud.cloud.platform.scope('dynamodb', { account, region: 'us-east-1', principal }) as Db
})
after(() => cloud.stop())

type Asked = Pick<AuthorizationRequest, 'conditions'>['conditions']

test('a request shows policies its leading key and its attributes', async () => {
  const asked = async (input: Parameters<typeof onItems.conditions>[1]): Promise<Asked> => onItems.conditions(db, { TableName: 'notes', ...input })
  const projected = await asked({ Key: { owner: { S: 'ann' } }, ProjectionExpression: '#t, body.text', ExpressionAttributeNames: { '#t': 'title' } })
  assert.deepEqual(projected['dynamodb:Attributes'], ['owner', 'title', 'body'])
  assert.deepEqual((await asked({ Item: { owner: { S: 'ann' }, v: { N: '1' } } }))['dynamodb:LeadingKeys'], ['ann'])
  const query = await asked({
    KeyConditionExpression: '#o = :o', ExpressionAttributeNames: { '#o': 'owner' }, ExpressionAttributeValues: { ':o': { S: 'bob' } }
  })
  assert.deepEqual([query['dynamodb:LeadingKeys'], query['dynamodb:Attributes']], [['bob'], ['owner']])
  assert.equal((await asked({ FilterExpression: 'a = :a', ExpressionAttributeValues: { ':a': { S: '' } } }))['dynamodb:LeadingKeys'], undefined)
})

test('a batch shows all its leading keys, and names all its tables', async () => {
  const input = { RequestItems: { notes: [{ PutRequest: { Item: { owner: { S: 'ann' } } } }, { DeleteRequest: { Key: { owner: { S: 'bob' } } } }] } }
  assert.deepEqual((await onBatch.conditions(db, input))['dynamodb:LeadingKeys'], ['ann', 'bob'])
  assert.deepEqual(onBatch.resource(db, input), ['arn:aws:dynamodb:us-east-1:000000000000:table/notes'])
})

test('an index is a resource of its own', () => {
  assert.equal(onItems.resource(db, { TableName: 'notes', IndexName: 'by-title' }), 'arn:aws:dynamodb:us-east-1:000000000000:table/notes/index/by-title')
})

test('a role may do what its policy says: with the own leading key, in transactions as alone', async () => {
  const all = await startCloud({ services: [service, iam, sts] })
  try {
    const root = all.aws()
    await root.dynamodb.CreateTable({
      TableName: 'notes', BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'owner', AttributeType: 'S' }],
    })
    const trust = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '000000000000' } } }
    const { Role: role } = await root.iam.CreateRole({ RoleName: 'ann', AssumeRolePolicyDocument: JSON.stringify(trust) })
    const Statement = {
      Effect: 'Allow', Action: ['dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:BatchWriteItem'],
      Resource: 'arn:aws:dynamodb:*:*:table/notes',
      Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['ann'] } },
    }
    await root.iam.PutRolePolicy({ RoleName: 'ann', PolicyName: 'own-notes', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) })
    const { Credentials: keys } = await root.sts.AssumeRole({ RoleArn: role!.Arn, RoleSessionName: 'ann' })
    const credentials = { accessKeyId: keys!.AccessKeyId!, secretAccessKey: keys!.SecretAccessKey!, sessionToken: keys!.SessionToken! }
    const ann = new DynamoDB({ ...all.client, credentials })
    const item = (owner: string) => ({ TableName: 'notes', Item: { owner: { S: owner } } })
    const batch = (...owners: string[]) => ({ RequestItems: { notes: owners.map(owner => ({ PutRequest: { Item: { owner: { S: owner } } } })) } })
    const denied = { name: 'AccessDeniedException', message: /is not authorized to perform: dynamodb:/ }
    await ann.putItem(item('ann'))
    await ann.batchWriteItem(batch('ann'))
    await ann.transactWriteItems({ TransactItems: [{ Put: item('ann') }] })
    await assert.rejects(ann.putItem(item('bob')), denied)
    await assert.rejects(ann.batchWriteItem(batch('ann', 'bob')), denied)
    await assert.rejects(ann.transactWriteItems({ TransactItems: [{ Put: item('ann') }, { Put: item('bob') }] }), denied)
    await assert.rejects(ann.transactWriteItems({ TransactItems: [{ Delete: { TableName: 'notes', Key: { owner: { S: 'ann' } } } }] }), denied)
    await assert.rejects(ann.deleteTable({ TableName: 'notes' }), denied)
    ann.destroy()
  } finally {
    await all.stop()
  }
})
