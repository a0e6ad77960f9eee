import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AuthorizationRequest } from '../../platform/parts.ts'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { onBatch, onItems } from './authorization.ts'
import { dynamodb as service } from './service.ts'
import type { Db } from './state.ts'

let cloud: TestCloud
let db: Db
before(async () => {
  cloud = await startCloud({ services: [service] })
  const account = '000000000000'
  await cloud.aws(account).dynamodb.CreateTable({
    TableName: 'notes', BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'owner', AttributeType: 'S' }],
  })
  const principal = { type: 'user' as const, account, arn: `arn:aws:iam::${account}:user/ann`, userId: 'AIDA' }
  db = cloud.cloud.platform.scope('dynamodb', { account, region: 'us-east-1', principal }) as Db
})
after(() => cloud.stop())

type Asked = Pick<AuthorizationRequest, 'conditions'>['conditions']

test('a request shows policies its leading key and its attributes', async () => {
  const asked = async (input: Parameters<typeof onItems.conditions>[1]): Promise<Asked> => onItems.conditions(db, { TableName: 'notes', ...input })
  assert.deepEqual((await asked({ Key: { owner: { S: 'ann' } }, ProjectionExpression: '#t, body.text', ExpressionAttributeNames: { '#t': 'title' } }))['dynamodb:Attributes'],
    ['owner', 'title', 'body'])
  assert.deepEqual((await asked({ Item: { owner: { S: 'ann' }, v: { N: '1' } } }))['dynamodb:LeadingKeys'], ['ann'])
  const query = await asked({ KeyConditionExpression: '#o = :o', ExpressionAttributeNames: { '#o': 'owner' }, ExpressionAttributeValues: { ':o': { S: 'bob' } } })
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
