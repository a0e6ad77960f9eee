import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DynamoDB, type CreateTableCommandInput, type ScanCommandInput } from '@aws-sdk/client-dynamodb'
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

let tableNumber = 0
/** A table with a partition key `pk` and a sort key `sk` of a type. */
async function table(options: Partial<CreateTableCommandInput> = {}, sortType: 'S' | 'N' | 'B' | 'none' = 'S') {
  const TableName = `table-${++tableNumber}`
  const sorted = sortType !== 'none'
  await dynamodb.createTable({
    TableName, BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, ...sorted ? [{ AttributeName: 'sk', KeyType: 'RANGE' as const }] : []],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, ...sorted ? [{ AttributeName: 'sk', AttributeType: sortType }] : []], ...options,
  })
  return TableName
}

const byOwner = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' as const }, { AttributeName: 'sk', AttributeType: 'S' as const },
    { AttributeName: 'owner', AttributeType: 'S' as const }
  ],
  GlobalSecondaryIndexes: [
    { IndexName: 'by-owner', KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' as const }], Projection: { ProjectionType: 'KEYS_ONLY' as const } }
  ],
}

const validation = (message: string) => ({ name: 'ValidationException', message })

test('PutItem: an item comes back as it was, numbers normalized, from GetItem', async () => {
  const TableName = await table()
  const item = {
    pk: { S: 'a' }, sk: { S: 'b' }, n: { N: '1.50' }, big: { N: '12345678901234567890123456789012345678' }, e: { N: '1e3' },
    bytes: { B: new Uint8Array([0, 255]) }, yes: { BOOL: true },
    none: { NULL: true }, list: { L: [{ S: 'x' }, { M: { y: { N: '-0' } } }] }, set: { SS: ['one', 'two'] }, numbers: { NS: ['1', '2.0'] },
    blobs: { BS: [new Uint8Array([1])] }, empty: { S: '' },
  }
  await dynamodb.putItem({ TableName, Item: item })
  const { Item } = await dynamodb.getItem({ TableName, Key: { pk: { S: 'a' }, sk: { S: 'b' } } })
  assert.deepEqual(Item, {
    ...item, n: { N: '1.5' }, e: { N: '1000' }, list: { L: [{ S: 'x' }, { M: { y: { N: '0' } } }] }, numbers: { NS: ['1', '2'] },
    bytes: { B: new Uint8Array([0, 255]) }, blobs: { BS: [new Uint8Array([1])] },
  })
})

test('GetItem: of a missing item there is no Item; of a missing table ResourceNotFoundException', async () => {
  const TableName = await table({}, 'none')
  assert.equal((await documents.get({ TableName, Key: { pk: 'x' } })).Item, undefined)
  await assert.rejects(documents.get({ TableName: 'absent', Key: { pk: 'x' } }), { name: 'ResourceNotFoundException', message: 'Requested resource not found' })
  await assert.rejects(documents.get({ TableName, Key: { other: 'x' } }), validation('The provided key element does not match the schema'))
})

test('PutItem: keys must be there, of their type, and not empty', async () => {
  const TableName = await table({}, 'none')
  await assert.rejects(documents.put({ TableName, Item: { a: 1 } }), validation('One or more parameter values were invalid: Missing the key pk in the item'))
  await assert.rejects(
    documents.put({ TableName, Item: { pk: 1 } }), validation('One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N')
  )
  await assert.rejects(documents.put({ TableName, Item: { pk: '' } }),
    validation('One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk'))
  await assert.rejects(documents.put({ TableName, Item: { pk: 'x'.repeat(2049) } }),
    validation('One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes'))
})

test('PutItem: 400 KB is the most', async () => {
  const TableName = await table({}, 'none')
  const filler = 'x'.repeat(400 * 1024 - 'pk'.length - 1 - 'f'.length)
  await documents.put({ TableName, Item: { pk: 'a', f: filler } })
  await assert.rejects(documents.put({ TableName, Item: { pk: 'a', f: `${filler}x` } }), validation('Item size has exceeded the maximum allowed size'))
})

test('PutItem: ConditionalCheckFailedException keeps the item, and returns it where it is asked to', async () => {
  const TableName = await table({}, 'none')
  await documents.put({ TableName, Item: { pk: 'a', v: 1 }, ConditionExpression: 'attribute_not_exists(pk)' })
  const again = { TableName, Item: { pk: 'a', v: 2 }, ConditionExpression: 'attribute_not_exists(pk)' }
  await assert.rejects(documents.put(again), { name: 'ConditionalCheckFailedException', message: 'The conditional request failed' })
  await assert.rejects(documents.put({ ...again, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }), {
    name: 'ConditionalCheckFailedException', Item: { pk: { S: 'a' }, v: { N: '1' } }
  })
  const { Attributes } = await documents.put({ TableName, Item: { pk: 'a', v: 3 }, ReturnValues: 'ALL_OLD' })
  assert.deepEqual(Attributes, { pk: 'a', v: 1 })
})

test('UpdateItem: makes the item where it is missing; returns what was asked for', async () => {
  const TableName = await table({}, 'none')
  const count = (ReturnValues: 'UPDATED_NEW' | 'ALL_NEW' | 'UPDATED_OLD' | 'ALL_OLD') => documents.update({
    TableName, Key: { pk: 'counter' }, UpdateExpression: 'SET seen = if_not_exists(seen, :zero) + :one, kept = :k',
    ExpressionAttributeValues: { ':zero': 0, ':one': 1, ':k': 'k' }, ReturnValues,
  })
  assert.deepEqual((await count('UPDATED_NEW')).Attributes, { seen: 1, kept: 'k' })
  assert.deepEqual((await count('UPDATED_OLD')).Attributes, { seen: 1, kept: 'k' })
  assert.deepEqual((await count('ALL_OLD')).Attributes, { pk: 'counter', seen: 2, kept: 'k' })
  assert.deepEqual((await count('ALL_NEW')).Attributes, { pk: 'counter', seen: 4, kept: 'k' })
  await assert.rejects(documents.update({ TableName, Key: { pk: 'x' }, UpdateExpression: 'SET pk = :v', ExpressionAttributeValues: { ':v': 'y' } }),
    validation('One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key'))
})

test('DeleteItem: returns the old item; a second time there is nothing, and no error', async () => {
  const TableName = await table({}, 'none')
  await documents.put({ TableName, Item: { pk: 'a', v: 1 } })
  assert.deepEqual((await documents.delete({ TableName, Key: { pk: 'a' }, ReturnValues: 'ALL_OLD' })).Attributes, { pk: 'a', v: 1 })
  assert.equal((await documents.delete({ TableName, Key: { pk: 'a' }, ReturnValues: 'ALL_OLD' })).Attributes, undefined)
})

test('Query: numbers sort by value, and ranges take their ends', async () => {
  const TableName = await table({}, 'N')
  const numbers = ['-1e100', '-12.3', '-12', '-1', '0', '0.001', '1', '2', '10', '10.5', '99999999999999999999999999999999999999']
  for (const n of numbers.toReversed()) await dynamodb.putItem({ TableName, Item: { pk: { S: 'p' }, sk: { N: n } } })
  const query = async (condition: string, values: Record<string, string>) => {
    const { Items } = await dynamodb.query({
      TableName, KeyConditionExpression: `pk = :p${condition}`,
      ExpressionAttributeValues: { ':p': { S: 'p' }, ...Object.fromEntries(Object.entries(values).map(([name, N]) => [name, { N }])) },
    })
    return Items!.map(item => item.sk!.N!)
  }
  assert.deepEqual((await query('', {})).slice(1), numbers.slice(1))
  assert.deepEqual(await query(' AND sk BETWEEN :a AND :b', { ':a': '-12', ':b': '1.0' }), ['-12', '-1', '0', '0.001', '1'])
  assert.deepEqual(await query(' AND sk > :a', { ':a': '10' }), ['10.5', '99999999999999999999999999999999999999'])
  assert.deepEqual(await query(' AND sk <= :a', { ':a': '-12' }).then(found => found.slice(1)), ['-12.3', '-12'])
  assert.deepEqual(await query(' AND sk = :a', { ':a': '2.00' }), ['2'])
})

test('Query: begins_with, backwards, in pages, with a filter', async () => {
  const TableName = await table()
  for (let at = 0; at < 10; at++) await documents.put({ TableName, Item: { pk: 'p', sk: `${at < 5 ? 'a' : 'b'}#${at}`, odd: at % 2 } })
  await documents.put({ TableName, Item: { pk: 'other', sk: 'a#0' } })
  const base = { TableName, KeyConditionExpression: 'pk = :p AND begins_with(sk, :a)', ExpressionAttributeValues: { ':p': 'p', ':a': 'a#' } }
  const first = await documents.query({ ...base, ScanIndexForward: false, Limit: 2 })
  assert.deepEqual(first.Items!.map(item => item.sk), ['a#4', 'a#3'])
  assert.deepEqual(first.LastEvaluatedKey, { pk: 'p', sk: 'a#3' })
  const rest = await documents.query({ ...base, ScanIndexForward: false, ExclusiveStartKey: first.LastEvaluatedKey })
  assert.deepEqual([rest.Items!.map(item => item.sk), rest.LastEvaluatedKey], [['a#2', 'a#1', 'a#0'], undefined])
  const filtered = await documents.query({
    ...base, FilterExpression: 'odd = :odd', ExpressionAttributeValues: { ...base.ExpressionAttributeValues, ':odd': 1 }, ReturnConsumedCapacity: 'TOTAL'
  })
  assert.deepEqual([filtered.Count, filtered.ScannedCount, filtered.ConsumedCapacity], [2, 5, { TableName, CapacityUnits: 0.5 }])
  await assert.rejects(
    documents.query({ ...base, ExclusiveStartKey: { pk: 'p', sk: 'b#7' } }),
    validation('The provided starting key is outside query boundaries based on provided conditions')
  )
  assert.equal((await documents.query({ ...base, Select: 'COUNT' })).Items, undefined)
})

test('Query: a page ends before it has more than 1 MB', async () => {
  const TableName = await table()
  const filler = 'x'.repeat(300_000)
  for (const sk of ['1', '2', '3', '4']) await documents.put({ TableName, Item: { pk: 'p', sk, filler } })
  const { Items, LastEvaluatedKey } = await documents.query({ TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': 'p' } })
  assert.deepEqual([Items!.length, LastEvaluatedKey], [3, { pk: 'p', sk: '3' }])
})

test('Query: a global index follows the items, and has what it projects', async () => {
  const TableName = await table(byOwner)
  const owned = async (owner: string) => (await documents.query({
    TableName, IndexName: 'by-owner', KeyConditionExpression: '#o = :o', ExpressionAttributeNames: { '#o': 'owner' },
    ExpressionAttributeValues: { ':o': owner },
  })).Items
  await documents.put({ TableName, Item: { pk: 'a', sk: '1', owner: 'ann', note: 'n' } })
  await documents.put({ TableName, Item: { pk: 'b', sk: '1' } })
  assert.deepEqual(await owned('ann'), [{ pk: 'a', sk: '1', owner: 'ann' }])
  await documents.update({
    TableName, Key: { pk: 'a', sk: '1' }, UpdateExpression: 'SET #o = :o', ExpressionAttributeNames: { '#o': 'owner' },
    ExpressionAttributeValues: { ':o': 'bob' }
  })
  assert.deepEqual([await owned('ann'), await owned('bob')], [[], [{ pk: 'a', sk: '1', owner: 'bob' }]])
  await assert.rejects(documents.put({ TableName, Item: { pk: 'a', sk: '2', owner: 5 } }),
    validation('One or more parameter values were invalid: Type mismatch for Index Key owner Expected: S Actual: N IndexName: by-owner'))
  await assert.rejects(documents.query({ TableName, IndexName: 'none', KeyConditionExpression: 'a = :o', ExpressionAttributeValues: { ':o': 1 } }),
    validation('The table does not have the specified index: none'))
  await documents.delete({ TableName, Key: { pk: 'a', sk: '1' } })
  assert.deepEqual(await owned('bob'), [])
})

test('Query: a local index sorts by its own key, and fetches from the table what it does not project', async () => {
  const attributes = ['pk', 'sk', 'kind'].map(AttributeName => ({ AttributeName, AttributeType: 'S' as const }))
  const KeySchema = [{ AttributeName: 'pk', KeyType: 'HASH' as const }, { AttributeName: 'kind', KeyType: 'RANGE' as const }]
  const TableName = await table({
    AttributeDefinitions: attributes, LocalSecondaryIndexes: [{ IndexName: 'by-kind', KeySchema, Projection: { ProjectionType: 'KEYS_ONLY' } }]
  })
  await documents.put({ TableName, Item: { pk: 'p', sk: '1', kind: 'z', note: 'last' } })
  const { ItemCollectionMetrics } = await documents.put({
    TableName, Item: { pk: 'p', sk: '2', kind: 'a', note: 'first' }, ReturnItemCollectionMetrics: 'SIZE'
  })
  assert.deepEqual(ItemCollectionMetrics, { ItemCollectionKey: { pk: 'p' }, SizeEstimateRangeGB: [0, 1] })
  const base = { TableName, IndexName: 'by-kind', ConsistentRead: true, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': 'p' } }
  assert.deepEqual((await documents.query(base)).Items, [{ pk: 'p', sk: '2', kind: 'a' }, { pk: 'p', sk: '1', kind: 'z' }])
  assert.deepEqual((await documents.query({ ...base, Select: 'ALL_ATTRIBUTES' })).Items!.map(item => item.note), ['first', 'last'])
  assert.deepEqual((await documents.query({ ...base, ProjectionExpression: 'note' })).Items, [{ note: 'first' }, { note: 'last' }])
  const page = await documents.query({ ...base, Limit: 1 })
  assert.deepEqual(page.LastEvaluatedKey, { pk: 'p', sk: '2', kind: 'a' })
  assert.deepEqual((await documents.query({ ...base, ExclusiveStartKey: page.LastEvaluatedKey })).Items!.map(item => item.sk), ['1'])
})

test('Scan: the segments together are the table, each item once, in pages too', async () => {
  const TableName = await table({}, 'none')
  const keys = Array.from({ length: 60 }, (_, at) => `k${at}`)
  for (const pk of keys) await documents.put({ TableName, Item: { pk } })
  const scanAll = async (input: Partial<ScanCommandInput>) => {
    const found: string[] = []
    let page: any = {}
    do {
      page = await documents.scan({ TableName, Limit: 7, ...input as object, ExclusiveStartKey: page.LastEvaluatedKey })
      found.push(...page.Items.map((item: any) => item.pk))
    } while (page.LastEvaluatedKey)
    return found
  }
  assert.deepEqual((await scanAll({})).sort(), keys.toSorted())
  const segments = await Promise.all([0, 1, 2].map(Segment => scanAll({ Segment, TotalSegments: 3 })))
  assert.deepEqual(segments.flat().sort(), keys.toSorted())
  assert.ok(segments.every(segment => segment.length > 5), 'every segment has its share')
})

test('Legacy parameters do what their expressions do, and do not mix with them', async () => {
  const TableName = await table()
  await dynamodb.putItem({ TableName, Item: { pk: { S: 'p' }, sk: { S: 'a' }, n: { N: '1' } }, Expected: { pk: { Exists: false } } })
  await assert.rejects(dynamodb.putItem({ TableName, Item: { pk: { S: 'p' }, sk: { S: 'a' } }, Expected: { pk: { Exists: false } } }), {
    name: 'ConditionalCheckFailedException'
  })
  await dynamodb.updateItem({
    TableName, Key: { pk: { S: 'p' }, sk: { S: 'a' } }, AttributeUpdates: { n: { Action: 'ADD', Value: { N: '2' } }, m: { Value: { S: 'new' } } }
  })
  const { Items } = await dynamodb.query({
    TableName,
    KeyConditions: {
      pk: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'p' }] }, sk: { ComparisonOperator: 'BEGINS_WITH', AttributeValueList: [{ S: 'a' }] }
    },
    QueryFilter: { n: { ComparisonOperator: 'GT', AttributeValueList: [{ N: '2' }] } },
  })
  assert.deepEqual(Items, [{ pk: { S: 'p' }, sk: { S: 'a' }, n: { N: '3' }, m: { S: 'new' } }])
  await assert.rejects(dynamodb.scan({ TableName, FilterExpression: 'a = :a', ExpressionAttributeValues: { ':a': { S: '' } }, ScanFilter: {} }),
    validation(
      'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {ScanFilter} Expression parameters: ' +
      '{FilterExpression}'
    ))
})

test('PutItem: values that no item can hold are refused', async () => {
  const TableName = await table({}, 'none')
  const put = (value: any) => dynamodb.putItem({ TableName, Item: { pk: { S: 'a' }, value } })
  await assert.rejects(put({ SS: [] }), validation('One or more parameter values were invalid: An string set  may not be empty'))
  await assert.rejects(put({ SS: ['a', 'a'] }), validation('One or more parameter values were invalid: Input collection [a, a] contains duplicates.'))
  await assert.rejects(put({ NS: ['1', '1.0'] }), validation('Input collection contains duplicates'))
  await assert.rejects(put({ NULL: false }), validation('One or more parameter values were invalid: Null attribute value types must have the value of true'))
  await assert.rejects(put({ N: 'one' }), validation('The parameter cannot be converted to a numeric value: one'))
  await assert.rejects(
    put({ N: '1', S: '1' }), validation('Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes')
  )
  // The SDK itself cannot send a null in a set.
  await assert.rejects(cloud.aws().dynamodb.PutItem({ TableName, Item: { pk: { S: 'a' }, value: { SS: [null as any] } } }), {
    name: 'ValidationException', message: /Member must not be null$/
  })
  let deep: any = { S: 'bottom' }
  for (let level = 0; level < 32; level++) deep = { L: [deep] }
  await assert.rejects(put(deep), { name: 'ValidationException', message: /^Nesting Levels have exceeded supported limits/ })
})
