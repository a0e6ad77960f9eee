import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { startCloud, type TestCloud } from '../../../testing/index.ts'

let cloud: TestCloud
let client: CloudFormation
before(async () => {
  cloud = await startCloud()
  client = new CloudFormation(cloud.client)
})
after(() => cloud.stop())

test('ListTypes: the public types are those of this cloud, by prefix, page by page; private ones there are none', async () => {
  const names: string[] = []
  let NextToken: string | undefined
  do {
    const page = await client.listTypes({ Visibility: 'PUBLIC', MaxResults: 7, ...NextToken && { NextToken } })
    names.push(...page.TypeSummaries!.map(type => type.TypeName!))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(names, [...names].sort())
  for (const name of ['AWS::Lambda::Function', 'AWS::CloudFormation::StackSet', 'AWS::S3::Bucket']) assert.ok(names.includes(name), name)
  const { TypeSummaries } = await client.listTypes({ Filters: { Category: 'AWS_TYPES', TypeNamePrefix: 'AWS::SQS::Queue' }, ProvisioningType: 'FULLY_MUTABLE' })
  assert.deepEqual(TypeSummaries!.map(type => type.TypeName), ['AWS::SQS::Queue', 'AWS::SQS::QueueInlinePolicy'])
  assert.deepEqual((await client.listTypes({})).TypeSummaries, [])
})

test('DescribeType: a type by name and by ARN, with what Fogbank knows of its properties', async () => {
  const queue = await client.describeType({ Type: 'RESOURCE', TypeName: 'AWS::SQS::Queue' })
  assert.deepEqual(
    [queue.Arn, queue.ProvisioningType, queue.Visibility], ['arn:aws:cloudformation:us-east-1::type/resource/AWS-SQS-Queue', 'FULLY_MUTABLE', 'PUBLIC']
  )
  const schema = JSON.parse(queue.Schema!)
  assert.deepEqual([schema.typeName, schema.primaryIdentifier], ['AWS::SQS::Queue', ['/properties/QueueUrl']])
  assert.ok('VisibilityTimeout' in schema.properties && schema.createOnlyProperties.includes('/properties/QueueName'))
  assert.equal((await client.describeType({ Arn: queue.Arn })).TypeName, 'AWS::SQS::Queue')
  await assert.rejects(client.describeType({ Type: 'RESOURCE', TypeName: 'AWS::No::Thing' }), {
    name: 'TypeNotFoundException', message: "The type 'AWS::No::Thing' cannot be found."
  })
})
