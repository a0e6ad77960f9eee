import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCloud } from '../../testing/index.ts'

const template = (Replicas: object[], more: object = {}) => JSON.stringify({
  Resources: { Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: {
    BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    Replicas, ...more,
  } } },
  Outputs: { Name: { Value: { Ref: 'Table' } }, Arn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] } } },
})

test('AWS::DynamoDB::GlobalTable: one replica in the region of the stack is a table; more are refused', async () => {
  const cloud = await startCloud()
  const { cloudformation, dynamodb } = cloud.aws()
  const stack = async (StackName: string) => {
    await cloud.settle()
    return (await cloudformation.DescribeStacks({ StackName })).Stacks![0]!
  }
  const here = { Region: { Ref: 'AWS::Region' } }
  await cloudformation.CreateStack({ StackName: 'one', TemplateBody: template([here]) })
  const { StackStatus, Outputs } = await stack('one')
  assert.equal(StackStatus, 'CREATE_COMPLETE')
  const TableName = Outputs!.find(({ OutputKey }) => OutputKey === 'Name')!.OutputValue!
  await dynamodb.PutItem({ TableName, Item: { id: { S: '1' } } })
  const changed = template([{ ...here, DeletionProtectionEnabled: false, Tags: [{ Key: 'a', Value: 'b' }] }], {
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' }
  })
  await cloudformation.UpdateStack({ StackName: 'one', TemplateBody: changed })
  assert.equal((await stack('one')).StackStatus, 'UPDATE_COMPLETE')
  assert.equal((await dynamodb.DescribeTimeToLive({ TableName })).TimeToLiveDescription!.AttributeName, 'until')
  assert.equal((await dynamodb.Scan({ TableName })).Count, 1)
  await cloudformation.DeleteStack({ StackName: 'one' })
  await cloud.settle()
  assert.deepEqual((await dynamodb.ListTables({})).TableNames, [])
  await cloudformation.CreateStack({ StackName: 'two', TemplateBody: template([here, { Region: 'eu-west-1' }]) })
  assert.equal((await stack('two')).StackStatus, 'ROLLBACK_COMPLETE')
  await cloud.stop()
})
