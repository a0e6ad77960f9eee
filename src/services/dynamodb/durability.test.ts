import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DynamoDB } from '@aws-sdk/client-dynamodb'
import { startCloud } from '../../testing/index.ts'
import { dynamodb as service } from './service.ts'

test('after a restart everything is as it was: items of every type, indexes, and what is about to expire', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'dynamodb-'))
  const Item = {
    pk: { B: new Uint8Array([0, 255, 1]) }, sk: { N: '-12.5' }, owner: { S: 'ann' }, until: { N: String(Date.UTC(2026, 0, 2) / 1000) },
    bytes: { BS: [new Uint8Array([7])] },
    deep: { M: { list: { L: [{ NULL: true }, { BOOL: false }, { N: '12345678901234567890.123' }] } } },
  }
  const TableName = 'kept'
  const find = {
    TableName, IndexName: 'by-owner', KeyConditionExpression: '#o = :o', ExpressionAttributeNames: { '#o': 'owner' },
    ExpressionAttributeValues: { ':o': { S: 'ann' } }
  }
  try {
    let cloud = await startCloud({ services: [service], dataFolder })
    let dynamodb = new DynamoDB(cloud.client)
    await dynamodb.createTable({
      TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'B' }, { AttributeName: 'sk', AttributeType: 'N' }, { AttributeName: 'owner', AttributeType: 'S' }
      ],
      GlobalSecondaryIndexes: [{ IndexName: 'by-owner', KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } }],
    })
    await dynamodb.updateTimeToLive({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' } })
    await dynamodb.putItem({ TableName, Item })
    dynamodb.destroy()
    await cloud.stop()
    cloud = await startCloud({ services: [service], dataFolder })
    dynamodb = new DynamoDB(cloud.client)
    const { pk, sk } = Item
    assert.deepEqual((await dynamodb.getItem({ TableName, Key: { pk, sk } })).Item, Item)
    assert.deepEqual((await dynamodb.query(find)).Items, [Item])
    await cloud.clock.advance(24 * 3_600_000)
    assert.deepEqual([(await dynamodb.query(find)).Count, (await dynamodb.scan({ TableName })).Count], [0, 0])
    dynamodb.destroy()
    await cloud.stop()
  } finally {
    await rm(dataFolder, { recursive: true, force: true })
  }
})
