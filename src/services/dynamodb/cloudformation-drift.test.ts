import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { drifting, type Drifting } from '../cloudformation/testing/drifting.ts'

let cloud: TestCloud
let stacks: Drifting
before(async () => {
  cloud = await startCloud()
  stacks = drifting(cloud)
})
after(() => cloud.stop())

const attributes = (...names: string[]) => names.map(AttributeName => ({ AttributeName, AttributeType: 'S' as const }))
const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' as const })
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' as const })
const globalTable = (Properties: Record<string, unknown>) => ({ Type: 'AWS::DynamoDB::GlobalTable', Properties })
const plain = { KeySchema: [hash('id')], AttributeDefinitions: attributes('id'), BillingMode: 'PAY_PER_REQUEST' }
const Region = { Ref: 'AWS::Region' }

/** The tables of a test, with every property of the two types that they have in common. */
const Resources = {
  Whole: globalTable({
    TableName: 'whole', KeySchema: [hash('id'), range('at')], AttributeDefinitions: attributes('owner', 'at', 'id'), BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: [{ IndexName: 'owners', KeySchema: [hash('owner')], Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['b', 'a'] } }],
    LocalSecondaryIndexes: [{ IndexName: 'mine', KeySchema: [hash('id'), range('owner')], Projection: { ProjectionType: 'KEYS_ONLY' } }],
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' }, TimeToLiveSpecification: { Enabled: 'true', AttributeName: 'until' },
    SSESpecification: { SSEEnabled: false },
    Replicas: [{
      Region, DeletionProtectionEnabled: 'true', TableClass: 'STANDARD_INFREQUENT_ACCESS', Tags: [{ Key: 'team', Value: 'fog' }],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
    }],
  }),
  Plain: globalTable({ ...plain, Replicas: [{ Region }] }),
  Table: { Type: 'AWS::DynamoDB::Table', Properties: {
    KeySchema: [hash('id')], AttributeDefinitions: attributes('id', 'owner'), ProvisionedThroughput: { ReadCapacityUnits: '2', WriteCapacityUnits: 1 },
    GlobalSecondaryIndexes: [{
      IndexName: 'owners', KeySchema: [hash('owner')], Projection: { ProjectionType: 'ALL' },
      ProvisionedThroughput: { ReadCapacityUnits: '1', WriteCapacityUnits: '1' },
    }],
    TimeToLiveSpecification: { Enabled: false, AttributeName: 'until' }, TableClass: 'STANDARD',
  } },
}

test('AWS::DynamoDB::GlobalTable and Table: what a stack makes is in sync with it; what is changed or deleted beside it is told', async () => {
  const ids = await stacks.create('tables', Resources, { Tags: [{ Key: 'of', Value: 'stack' }] })
  await stacks.inSync('tables', ['Plain', 'Table', 'Whole'])
  const { dynamodb } = cloud.aws()
  const TableName = 'whole'
  const change = async (changes: object, name = TableName) => {
    await dynamodb.UpdateTable({ TableName: name, ...changes })
    await cloud.clock.advance(60_000)
  }
  await change({ DeletionProtectionEnabled: false })
  await change({ TableClass: 'STANDARD' })
  await change({ StreamSpecification: { StreamEnabled: false } })
  await change({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'owners' } }] })
  await dynamodb.UpdateTimeToLive({ TableName, TimeToLiveSpecification: { Enabled: false, AttributeName: 'until' } })
  const ResourceArn = (await dynamodb.DescribeTable({ TableName })).Table!.TableArn!
  await dynamodb.TagResource({ ResourceArn, Tags: [{ Key: 'team', Value: 'rain' }] })
  await change({ ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 1 } }, ids.Table)
  await dynamodb.UpdateTimeToLive({ TableName: ids.Table, TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' } })
  await dynamodb.DeleteTable({ TableName: ids.Plain })
  await cloud.clock.advance(60_000)
  assert.deepEqual(await stacks.told('tables'), [
    'Plain DELETED', 'Table NOT_EQUAL /ProvisionedThroughput/ReadCapacityUnits', 'Table NOT_EQUAL /TimeToLiveSpecification/Enabled',
    'Whole NOT_EQUAL /Replicas/0/DeletionProtectionEnabled', 'Whole NOT_EQUAL /Replicas/0/TableClass', 'Whole NOT_EQUAL /Replicas/0/Tags/0/Value',
    'Whole REMOVE /GlobalSecondaryIndexes', 'Whole REMOVE /StreamSpecification', 'Whole REMOVE /TimeToLiveSpecification',
  ])
})

test('AWS::DynamoDB::GlobalTable: Cloud Control, import', async () => {
  const { dynamodb } = cloud.aws()
  await dynamodb.CreateTable({ TableName: 'mine', KeySchema: [hash('id')], AttributeDefinitions: attributes('id'), BillingMode: 'PAY_PER_REQUEST' })
  await cloud.clock.advance(60_000)
  const { TableArn: Arn, TableId } = (await dynamodb.DescribeTable({ TableName: 'mine' })).Table!
  assert.deepEqual(await stacks.get('AWS::DynamoDB::GlobalTable', 'mine'), { ...plain, TableName: 'mine', Replicas: [{ Region: 'us-east-1' }], Arn, TableId })
  assert.ok((await stacks.list('AWS::DynamoDB::GlobalTable')).includes('mine'))
  assert.equal(await stacks.importOne('imported', globalTable({ ...plain, TableName: 'mine', Replicas: [{ Region }] }), { TableName: 'mine' }), 'mine')
})
