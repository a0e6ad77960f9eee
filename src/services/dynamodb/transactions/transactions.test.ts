import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DynamoDB } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { dynamodb as service } from '../service.ts'

let cloud: TestCloud
let dynamodb: DynamoDB
let documents: DynamoDBDocument
const TableName = 'accounts'
before(async () => {
  cloud = await startCloud({ services: [service] })
  dynamodb = new DynamoDB(cloud.client)
  documents = DynamoDBDocument.from(dynamodb)
  await dynamodb.createTable({
    TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }]
  })
})
after(async () => {
  dynamodb.destroy()
  await cloud.stop()
})

const put = (pk: string, balance: number) => documents.put({ TableName, Item: { pk, balance } })
const balance = async (pk: string) => (await documents.get({ TableName, Key: { pk } })).Item?.balance
const move = (pk: string, amount: number, floor = false) => ({
  Update: {
    TableName, Key: { pk }, UpdateExpression: 'SET balance = balance + :a', ExpressionAttributeValues: { ':a': amount, ...floor && { ':least': -amount } },
    ...floor && { ConditionExpression: 'balance >= :least', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const },
  },
})

test('TransactWriteItems: all changes or none', async () => {
  await put('ann', 10)
  await put('bob', 0)
  await documents.transactWrite({ TransactItems: [move('ann', -7, true), move('bob', 7)] })
  assert.deepEqual([await balance('ann'), await balance('bob')], [3, 7])
  await assert.rejects(documents.transactWrite({ TransactItems: [move('bob', 7), move('ann', -7, true)] }), {
    name: 'TransactionCanceledException',
    message: 'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
    CancellationReasons: [
      { Code: 'None' }, { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: { pk: { S: 'ann' }, balance: { N: '3' } } }
    ],
  })
  assert.deepEqual([await balance('ann'), await balance('bob')], [3, 7])
})

test('TransactWriteItems: an item may be named once, in one way', async () => {
  await assert.rejects(documents.transactWrite({ TransactItems: [move('ann', 1), move('ann', 2)] }),
    { name: 'ValidationException', message: 'Transaction request cannot include multiple operations on one item' })
  await assert.rejects(documents.transactWrite({ TransactItems: [{ ...move('ann', 1), Delete: { TableName, Key: { pk: 'x' } } }] }),
    { name: 'ValidationException', message: 'TransactItems can only contain one of Check, Put, Update or Delete' })
})

test('TransactWriteItems: an update that cannot be made cancels, with its reason', async () => {
  await assert.rejects(documents.transactWrite({ TransactItems: [{ Put: { TableName, Item: { pk: 'new' } } }, move('nobody', 1)] }), (error: any) => {
    assert.deepEqual(error.CancellationReasons.map((reason: any) => reason.Code), ['None', 'ValidationError'])
    return true
  })
  assert.equal(await balance('new'), undefined)
})

test('TransactWriteItems: a token makes a request count once for ten minutes; another request may not use it', async () => {
  await put('once', 0)
  const request = { ClientRequestToken: 'token-1', TransactItems: [move('once', 1)] }
  await documents.transactWrite(request)
  await documents.transactWrite(request)
  assert.equal(await balance('once'), 1)
  await assert.rejects(documents.transactWrite({ ...request, TransactItems: [move('once', 2)] }), { name: 'IdempotentParameterMismatchException' })
  await cloud.clock.advance(10 * 60_000)
  await documents.transactWrite(request)
  assert.equal(await balance('once'), 2)
})

test('TransactGetItems: the items in the order of the request, and what they cost', async () => {
  await put('first', 1)
  const get = (pk: string) => ({ Get: { TableName, Key: { pk } } })
  const { Responses, ConsumedCapacity } = await documents.transactGet({ TransactItems: [get('absent'), get('first')], ReturnConsumedCapacity: 'TOTAL' })
  assert.deepEqual(Responses, [{}, { Item: { pk: 'first', balance: 1 } }])
  assert.deepEqual(ConsumedCapacity, [{ TableName, CapacityUnits: 4, ReadCapacityUnits: 4 }])
})

test('increments from many callers at once are all counted', async () => {
  await put('busy', 0)
  await Promise.all(
    Array.from(
      { length: 40 }, () => documents.update({ TableName, Key: { pk: 'busy' }, UpdateExpression: 'ADD balance :one', ExpressionAttributeValues: { ':one': 1 } })
    )
  )
  assert.equal(await balance('busy'), 40)
})
