import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DynamoDB, waitUntilTableExists, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { dynamodb as service } from '../service.ts'

let cloud: TestCloud
let dynamodb: DynamoDB
let documents: DynamoDBDocument
before(async () => {
  cloud = await startCloud({ services: [service] })
  dynamodb = new DynamoDB(cloud.client)
  documents = DynamoDBDocument.from(dynamodb)
})
after(async () => {
  dynamodb.destroy()
  await cloud.stop()
})

const simple = (TableName: string, more: Partial<CreateTableCommandInput> = {}): CreateTableCommandInput => ({
  TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }], ...more,
})
const invalid = (message: string) => ({ name: 'ValidationException', message: `One or more parameter values were invalid: ${message}` })

test('CreateTable: the table is ACTIVE at once, with what it was given', async () => {
  await dynamodb.createTable({
    TableName: 'Full', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
    AttributeDefinitions: ['pk', 'sk', 'other'].map(AttributeName => ({ AttributeName, AttributeType: 'S' })),
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
    LocalSecondaryIndexes: [
      {
        IndexName: 'local', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'other', KeyType: 'RANGE' }],
        Projection: { ProjectionType: 'ALL' }
      }
    ],
    Tags: [{ Key: 'team', Value: 'fog' }],
  })
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 30 }, { TableName: 'Full' })
  const { Table } = await dynamodb.describeTable({ TableName: 'Full' })
  assert.equal(Table!.TableArn, 'arn:aws:dynamodb:us-east-1:000000000000:table/Full')
  assert.deepEqual([Table!.TableStatus, Table!.ProvisionedThroughput!.WriteCapacityUnits, Table!.BillingModeSummary], ['ACTIVE', 6, undefined])
  assert.deepEqual(Table!.LocalSecondaryIndexes![0]!.IndexName, 'local')
  assert.equal((await dynamodb.describeTable({ TableName: Table!.TableArn })).Table!.TableName, 'Full')
  assert.deepEqual((await dynamodb.listTagsOfResource({ ResourceArn: Table!.TableArn })).Tags, [{ Key: 'team', Value: 'fog' }])
})

test('CreateTable: AWS says what is wrong with a definition', async () => {
  const create = (more: Partial<CreateTableCommandInput>) => dynamodb.createTable(simple('wrong', more))
  await assert.rejects(create({ KeySchema: [{ AttributeName: 'x', KeyType: 'HASH' }] }),
    invalid('Some key attributes are not defined in AttributeDefinitions. Keys: [x], AttributeDefinitions: [pk]'))
  await assert.rejects(create({ AttributeDefinitions: ['pk', 'more'].map(AttributeName => ({ AttributeName, AttributeType: 'S' })) }),
    invalid('Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions'))
  await assert.rejects(
    create({ BillingMode: 'PROVISIONED' }), invalid('ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED')
  )
  const index = { IndexName: 'gsi', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }], Projection: { ProjectionType: 'INCLUDE' as const } }
  await assert.rejects(create({ GlobalSecondaryIndexes: [index] }),
    invalid('ProjectionType is INCLUDE, but NonKeyAttributes is not specified'))
  await dynamodb.createTable(simple('twice'))
  await assert.rejects(dynamodb.createTable(simple('twice')), { name: 'ResourceInUseException', message: 'Table already exists: twice' })
})

test('DeleteTable: the name is free at once, and a new table has nothing of the old one', async () => {
  await dynamodb.createTable(simple('gone', { DeletionProtectionEnabled: true }))
  await documents.put({ TableName: 'gone', Item: { pk: 'a' } })
  await assert.rejects(dynamodb.deleteTable({ TableName: 'gone' }),
    { name: 'ValidationException', message: 'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.' })
  await dynamodb.updateTable({ TableName: 'gone', DeletionProtectionEnabled: false })
  assert.equal((await dynamodb.deleteTable({ TableName: 'gone' })).TableDescription!.TableStatus, 'DELETING')
  await assert.rejects(dynamodb.describeTable({ TableName: 'gone' }), {
    name: 'ResourceNotFoundException', message: 'Requested resource not found: Table: gone not found'
  })
  await dynamodb.createTable(simple('gone'))
  assert.equal((await documents.scan({ TableName: 'gone' })).Count, 0)
})

test('ListTables: in pages', async () => {
  for (const name of ['zz-1', 'zz-2', 'zz-3']) await dynamodb.createTable(simple(name))
  const first = await dynamodb.listTables({ Limit: 2, ExclusiveStartTableName: 'zz-' })
  assert.deepEqual([first.TableNames, first.LastEvaluatedTableName], [['zz-1', 'zz-2'], 'zz-2'])
  assert.deepEqual((await dynamodb.listTables({ ExclusiveStartTableName: 'zz-2' })).TableNames, ['zz-3'])
})

test('UpdateTable: a new global index is filled with what was there, and a removed one is gone', async () => {
  await dynamodb.createTable(simple('grows'))
  for (let at = 0; at < 25; at++) await documents.put({ TableName: 'grows', Item: { pk: `${at}`, kind: at % 2 ? 'odd' : 'even' } })
  await documents.put({ TableName: 'grows', Item: { pk: 'wrong type', kind: ['odd'] } })
  const Create = { IndexName: 'by-kind', KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' as const }], Projection: { ProjectionType: 'ALL' as const } }
  await dynamodb.updateTable({
    TableName: 'grows', AttributeDefinitions: [{ AttributeName: 'kind', AttributeType: 'S' }], GlobalSecondaryIndexUpdates: [{ Create }]
  })
  await cloud.settle()
  const { Table } = await dynamodb.describeTable({ TableName: 'grows' })
  assert.deepEqual([Table!.TableStatus, Table!.GlobalSecondaryIndexes![0]!.IndexStatus], ['ACTIVE', 'ACTIVE'])
  const query = () =>
    documents.query({ TableName: 'grows', IndexName: 'by-kind', KeyConditionExpression: 'kind = :k', ExpressionAttributeValues: { ':k': 'odd' } })
  assert.equal((await query()).Count, 12)
  await documents.put({ TableName: 'grows', Item: { pk: 'wrong type', kind: 'odd' } })
  assert.equal((await query()).Count, 13)
  await dynamodb.updateTable({ TableName: 'grows', GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'by-kind' } }] })
  await assert.rejects(query(), { message: 'The table does not have the specified index: by-kind' })
  assert.deepEqual((await dynamodb.describeTable({ TableName: 'grows' })).Table!.AttributeDefinitions, [{ AttributeName: 'pk', AttributeType: 'S' }])
})

test('DescribeTable: the items are counted every six hours', async () => {
  await dynamodb.createTable(simple('counted'))
  await documents.put({ TableName: 'counted', Item: { pk: 'a', v: 'xyz' } })
  assert.equal((await dynamodb.describeTable({ TableName: 'counted' })).Table!.ItemCount, 0)
  await cloud.clock.advance(6 * 3_600_000)
  const { Table } = await dynamodb.describeTable({ TableName: 'counted' })
  assert.deepEqual([Table!.ItemCount, Table!.TableSizeBytes], [1, 'pk'.length + 1 + 'v'.length + 3])
})

test('UpdateTimeToLive: items go when their second comes, by the clock, and with them their index entries', async () => {
  const attributes = ['pk', 'kind'].map(AttributeName => ({ AttributeName, AttributeType: 'S' as const }))
  const index = { IndexName: 'by-kind', KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' as const }], Projection: { ProjectionType: 'ALL' as const } }
  await dynamodb.createTable(simple('expiring', { AttributeDefinitions: attributes, GlobalSecondaryIndexes: [index] }))
  const now = Math.floor(cloud.clock.now() / 1000)
  const put = (pk: string, until: unknown) => documents.put({ TableName: 'expiring', Item: { pk, kind: 'k', until } })
  await put('before', now + 60)
  await dynamodb.updateTimeToLive({ TableName: 'expiring', TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' } })
  await cloud.settle()
  await put('later', now + 3600)
  await put('text', `${now + 1}`)
  await put('renewed', now + 60)
  await put('renewed', now + 7200)
  assert.deepEqual((await dynamodb.describeTimeToLive({ TableName: 'expiring' })).TimeToLiveDescription, {
    TimeToLiveStatus: 'ENABLED', AttributeName: 'until'
  })
  const left = async () =>
    (await documents.query({ TableName: 'expiring', IndexName: 'by-kind', KeyConditionExpression: 'kind = :k', ExpressionAttributeValues: { ':k': 'k' } }))
    .Items!.map(item => item.pk).sort()
  assert.deepEqual(await left(), ['before', 'later', 'renewed', 'text'])
  await cloud.clock.advance(61_000)
  assert.deepEqual(await left(), ['later', 'renewed', 'text'])
  await cloud.clock.advance(3_600_000)
  assert.deepEqual(await left(), ['renewed', 'text'])
  await dynamodb.updateTimeToLive({ TableName: 'expiring', TimeToLiveSpecification: { Enabled: false, AttributeName: 'until' } })
  await cloud.clock.advance(7_200_000)
  assert.deepEqual(await left(), ['renewed', 'text'])
})

test('TagResource: tags are added, replaced and taken off', async () => {
  const ResourceArn = (await dynamodb.createTable(simple('tagged'))).TableDescription!.TableArn
  await dynamodb.tagResource({ ResourceArn, Tags: [{ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' }] })
  await dynamodb.tagResource({ ResourceArn, Tags: [{ Key: 'a', Value: '3' }] })
  await dynamodb.untagResource({ ResourceArn, TagKeys: ['b'] })
  assert.deepEqual((await dynamodb.listTagsOfResource({ ResourceArn })).Tags, [{ Key: 'a', Value: '3' }])
})

test('BatchWriteItem and BatchGetItem: many items of several tables', async () => {
  await dynamodb.createTable(simple('batch-a'))
  await dynamodb.createTable(simple('batch-b'))
  const put = (pk: string) => ({ PutRequest: { Item: { pk, v: pk } } })
  await documents.batchWrite({ RequestItems: { 'batch-a': [put('1'), put('2')], 'batch-b': [put('3')] } })
  await documents.batchWrite({ RequestItems: { 'batch-a': [{ DeleteRequest: { Key: { pk: '2' } } }] } })
  const { Responses, UnprocessedKeys } = await documents.batchGet({
    RequestItems: {
      'batch-a': { Keys: [{ pk: '1' }, { pk: '2' }], ProjectionExpression: '#v', ExpressionAttributeNames: { '#v': 'v' } }, 'batch-b': { Keys: [{ pk: '3' }] }
    },
  })
  assert.deepEqual([Responses, UnprocessedKeys], [{ 'batch-a': [{ v: '1' }], 'batch-b': [{ pk: '3', v: '3' }] }, {}])
  const twice = { name: 'ValidationException', message: 'Provided list of item keys contains duplicates' }
  await assert.rejects(documents.batchWrite({ RequestItems: { 'batch-a': [put('1'), put('1')] } }), twice)
  await assert.rejects(documents.batchGet({ RequestItems: { 'batch-a': { Keys: [{ pk: '1' }, { pk: '1' }] } } }), twice)
})
