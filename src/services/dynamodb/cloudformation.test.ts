import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ResourceContext } from '../../platform/resource-type.ts'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { resourceTypes } from './cloudformation.ts'
import { dynamodb as service } from './service.ts'

let cloud: TestCloud
let context: ResourceContext
const type = resourceTypes['AWS::DynamoDB::Table']!
before(async () => {
  cloud = await startCloud({ services: [service] })
  context = {
    aws: cloud.aws(), account: '000000000000', region: 'us-east-1', partition: 'aws', stackName: 'stack', stackId: 'id', logicalId: 'Table',
    generatedName: () => 'stack-Table-X1',
    tags: { team: 'fog', 'aws:cloudformation:stack-name': 'stack' }, wait: () => cloud.settle(), endpoint: cloud.endpoint,
  }
})
after(() => cloud.stop())

const key = (...names: string[]) => names.map((AttributeName, at) => ({ AttributeName, KeyType: at ? 'RANGE' : 'HASH' }))
const definitions = (...names: string[]) => names.map(AttributeName => ({ AttributeName, AttributeType: 'S' }))

test('AWS::DynamoDB::Table: created, changed in place and deleted, as its properties say', async () => {
  const first = { KeySchema: key('pk'), AttributeDefinitions: definitions('pk'), ProvisionedThroughput: { ReadCapacityUnits: '5', WriteCapacityUnits: 5 } }
  const created = await type.create(context, first)
  assert.deepEqual(created, { id: 'stack-Table-X1', attributes: { Arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/stack-Table-X1' } })
  const index = (name: string) => ({ IndexName: `by-${name}`, KeySchema: key(name), Projection: { ProjectionType: 'ALL' } })
  const second = {
    KeySchema: key('pk'), AttributeDefinitions: definitions('pk', 'a', 'b'), BillingMode: 'PAY_PER_REQUEST', GlobalSecondaryIndexes: [index('a'), index('b')],
    TimeToLiveSpecification: { Enabled: 'true', AttributeName: 'until' }, Tags: [{ Key: 'x', Value: '1' }],
  }
  await type.update!(context, created.id, second, first)
  const { dynamodb } = cloud.aws()
  const { Table } = await dynamodb.DescribeTable({ TableName: created.id })
  assert.deepEqual(
    [Table!.BillingModeSummary!.BillingMode, Table!.GlobalSecondaryIndexes!.map(({ IndexName }) => IndexName)], ['PAY_PER_REQUEST', ['by-a', 'by-b']]
  )
  assert.equal((await dynamodb.DescribeTimeToLive({ TableName: created.id })).TimeToLiveDescription!.AttributeName, 'until')
  assert.deepEqual((await dynamodb.ListTagsOfResource({ ResourceArn: Table!.TableArn })).Tags, [{ Key: 'team', Value: 'fog' }, { Key: 'x', Value: '1' }])
  await type.update!(context, created.id, { ...first, BillingMode: 'PAY_PER_REQUEST', ProvisionedThroughput: undefined }, second)
  assert.equal((await dynamodb.DescribeTable({ TableName: created.id })).Table!.GlobalSecondaryIndexes, undefined)
  await type.delete(context, created.id, first)
  await type.delete(context, created.id, first)
  assert.equal(await type.read!(context, created.id, {}), undefined)
})

test('AWS::DynamoDB::Table: what is not honoured is refused by name', async () => {
  await assert.rejects(
    type.create(context, { KeySchema: key('pk'), AttributeDefinitions: definitions('pk'), SSESpecification: { SSEEnabled: true } }),
    /SSESpecification.SSEEnabled/
  )
})
