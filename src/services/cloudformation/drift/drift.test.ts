import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { differences } from './compare.ts'

const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
/** One resource of each type that can be read, with numbers and truth as text here and there. */
const readable = {
  Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: '45', DelaySeconds: 5 } },
  Group: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: '7' } },
  Table: { Type: 'AWS::DynamoDB::Table', Properties: {
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }], BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
  } },
  Bucket: { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: 'Enabled' }, PublicAccessBlockConfiguration: {
    BlockPublicAcls: 'true', BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
  } } },
  Role: { Type: 'AWS::IAM::Role', Properties: {
    AssumeRolePolicyDocument: trust, Description: 'mine', ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    Policies: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] } }],
  } },
  Function: { Type: 'AWS::Lambda::Function', Properties: {
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { ZipFile: 'exports.handler = () => 1' }, Timeout: '9',
    Environment: { Variables: { A: 'b' } },
  } },
  Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'one', Name: '/drift/one', Description: 'd' } },
  Stream: { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: 1, RetentionPeriodHours: 48 } },
}

let cloud: TestCloud
let client: CloudFormation
before(async () => {
  cloud = await startCloud()
  client = new CloudFormation(cloud.client)
})
after(() => cloud.stop())

const detect = async (StackName: string) => {
  const { StackDriftDetectionId } = await client.detectStackDrift({ StackName })
  await cloud.settle()
  const { StackResourceDrifts } = await client.describeStackResourceDrifts({ StackName })
  const status = await client.describeStackDriftDetectionStatus({ StackDriftDetectionId })
  return { status, drifts: Object.fromEntries(StackResourceDrifts!.map(drift => [drift.LogicalResourceId!, drift])) }
}

test('drift detection: what stands as the template says is in sync; what was changed or deleted beside the stack is told', async () => {
  const StackName = 'drifting'
  await client.createStack({ StackName, TemplateBody: JSON.stringify({ Resources: readable }), Capabilities: ['CAPABILITY_IAM'] })
  // A stream takes its time to be active.
  for (let at = 0; at < 30 && (await client.describeStacks({ StackName })).Stacks![0]!.StackStatus === 'CREATE_IN_PROGRESS'; at++) {
    await cloud.clock.advance(1000)
  }
  assert.equal((await client.describeStacks({ StackName })).Stacks![0]!.StackStatus, 'CREATE_COMPLETE')
  const first = await detect(StackName)
  for (const [id, drift] of Object.entries(first.drifts)) assert.deepEqual([id, drift.PropertyDifferences], [id, []])
  assert.deepEqual(Object.keys(first.drifts).sort(), Object.keys(readable).sort())
  assert.deepEqual([first.status.DetectionStatus, first.status.StackDriftStatus, first.status.DriftedStackResourceCount], ['DETECTION_COMPLETE', 'IN_SYNC', 0])

  const aws = cloud.aws()
  const ids = Object.fromEntries((await client.listStackResources({ StackName })).StackResourceSummaries!.map(row => [
    row.LogicalResourceId, row.PhysicalResourceId!,
  ]))
  await aws.sqs.SetQueueAttributes({ QueueUrl: ids.Queue!, Attributes: { VisibilityTimeout: '10' } })
  await aws.logs.DeleteRetentionPolicy({ logGroupName: ids.Group! })
  await aws.ssm.DeleteParameter({ Name: ids.Parameter! })
  await aws.iam.DetachRolePolicy({ RoleName: ids.Role!, PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })
  await aws.iam.AttachRolePolicy({ RoleName: ids.Role!, PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' })
  const { drifts, status } = await detect(StackName)
  assert.deepEqual([status.StackDriftStatus, status.DriftedStackResourceCount], ['DRIFTED', 4])
  assert.deepEqual(
    drifts.Queue!.PropertyDifferences, [{ PropertyPath: '/VisibilityTimeout', ExpectedValue: '45', ActualValue: '10', DifferenceType: 'NOT_EQUAL' }]
  )
  assert.deepEqual(drifts.Group!.PropertyDifferences, [{ PropertyPath: '/RetentionInDays', ExpectedValue: '7', ActualValue: 'null', DifferenceType: 'REMOVE' }])
  assert.deepEqual(
    drifts.Role!.PropertyDifferences!.map(found => [found.DifferenceType, found.PropertyPath]),
    [['ADD', '/ManagedPolicyArns/0'], ['REMOVE', '/ManagedPolicyArns/0']]
  )
  assert.equal(drifts.Parameter!.StackResourceDriftStatus, 'DELETED')
  assert.equal(drifts.Table!.StackResourceDriftStatus, 'IN_SYNC')
  assert.equal((await client.describeStacks({ StackName })).Stacks![0]!.DriftInformation!.StackDriftStatus, 'DRIFTED')
  assert.equal(
    (await client.describeStackResource({ StackName, LogicalResourceId: 'Queue' })).StackResourceDetail!.DriftInformation!.StackResourceDriftStatus, 'MODIFIED'
  )

  await aws.sqs.SetQueueAttributes({ QueueUrl: ids.Queue!, Attributes: { VisibilityTimeout: '45' } })
  const { StackResourceDrift } = await client.detectStackResourceDrift({ StackName, LogicalResourceId: 'Queue' })
  assert.equal(StackResourceDrift!.StackResourceDriftStatus, 'IN_SYNC')
  const { StackResourceDrifts } = await client.describeStackResourceDrifts({ StackName, StackResourceDriftStatusFilters: ['DELETED'] })
  assert.deepEqual(StackResourceDrifts!.map(drift => drift.LogicalResourceId), ['Parameter'])
})

test('drift detection: a type that cannot be read is not checked', async () => {
  await client.createStack({ StackName: 'meta', TemplateBody: JSON.stringify({ Resources: { M: { Type: 'AWS::CDK::Metadata' } } }) })
  await cloud.settle()
  const { drifts, status } = await detect('meta')
  assert.deepEqual([drifts, status.StackDriftStatus], [{}, 'IN_SYNC'])
  await assert.rejects(
    client.detectStackResourceDrift({ StackName: 'meta', LogicalResourceId: 'M' }),
    { message: 'Drift detection is not supported for resource type AWS::CDK::Metadata' }
  )
})

test('drift detection: differences deep inside are told by their path; text is compared as what it says', () => {
  const told = (expected: object, actual: object) =>
    differences(expected as never, actual as never).map(found => `${found.DifferenceType} ${found.PropertyPath}`)
  assert.deepEqual(
    told({ A: { B: [{ C: 1 }], D: 'x' } }, { A: { B: [{ C: 2 }, { C: 3 }], E: 1 } }), ['NOT_EQUAL /A/B/0/C', 'ADD /A/B/1', 'REMOVE /A/D', 'ADD /A/E']
  )
  assert.deepEqual(told({ A: '{"x":1}', B: 'true', C: 'only here' }, { A: { x: 1 }, B: true }), [])
  assert.deepEqual(told({ L: ['a', 'b'] }, { L: ['b', 'a'] }), [])
  const named = (...names: string[]) => names.map((PolicyName, at) => ({ PolicyName, PolicyDocument: { at: names.length === 2 ? PolicyName : at } }))
  assert.deepEqual(told({ L: named('a', 'b') }, { L: named('b', 'a') }), [])
  assert.deepEqual(
    told({ L: named('a', 'b') }, { L: named('c', 'a', 'd') }).sort(), ['ADD /L/0', 'ADD /L/2', 'NOT_EQUAL /L/0/PolicyDocument/at', 'REMOVE /L/1']
  )
  assert.deepEqual(told({ L: [{ A: 1 }, { A: 2 }] }, { L: [{ A: 2 }, { A: 1 }] }), ['NOT_EQUAL /L/0/A', 'NOT_EQUAL /L/1/A'])
})

test('tags drift by their keys: those of the stack and of the template are expected, AWS\'s own are left alone', async () => {
  const StackName = 'tagged'
  const list = [{ Key: 'own', Value: '1' }, { Key: 'stays', Value: 'x' }]
  const { Group, Role, ...rest } = readable
  const tagged = Object.fromEntries(Object.entries({ Group, Role, Queue: rest.Queue, Table: rest.Table, Bucket: rest.Bucket })
    .map(([id, resource]) => [id, { ...resource, Properties: { ...resource.Properties, Tags: list } }]))
  const map = { Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'one', Name: '/drift/tags', Tags: { own: '1', stays: 'x' } } } }
  await client.createStack({
    StackName, TemplateBody: JSON.stringify({ Resources: { ...tagged, ...map, Topic: { Type: 'AWS::SNS::Topic', Properties: { Tags: list } } } }),
    Capabilities: ['CAPABILITY_IAM'],
    Tags: [{ Key: 'team', Value: 'fog' }],
  })
  await cloud.settle()
  const first = await detect(StackName)
  for (const [id, drift] of Object.entries(first.drifts)) assert.deepEqual([id, drift.PropertyDifferences], [id, []])
  assert.deepEqual(JSON.parse(first.drifts.Queue!.ExpectedProperties!).Tags, [...list, { Key: 'team', Value: 'fog' }])
  const { StackResourceSummaries } = await client.listStackResources({ StackName })
  const QueueUrl = StackResourceSummaries!.find(row => row.LogicalResourceId === 'Queue')!.PhysicalResourceId!
  const { sqs, ssm } = cloud.aws()
  await sqs.TagQueue({ QueueUrl, Tags: { own: '2', new: 'n' } })
  await sqs.UntagQueue({ QueueUrl, TagKeys: ['team'] })
  await ssm.RemoveTagsFromResource({ ResourceType: 'Parameter', ResourceId: '/drift/tags', TagKeys: ['own'] })
  const { drifts } = await detect(StackName)
  assert.deepEqual(drifts.Queue!.PropertyDifferences, [
    { PropertyPath: '/Tags/2', DifferenceType: 'REMOVE', ExpectedValue: '{"Key":"team","Value":"fog"}', ActualValue: 'null' },
    { PropertyPath: '/Tags/0/Value', DifferenceType: 'NOT_EQUAL', ExpectedValue: '1', ActualValue: '2' },
    { PropertyPath: '/Tags/0', DifferenceType: 'ADD', ExpectedValue: 'null', ActualValue: '{"Key":"new","Value":"n"}' },
  ])
  assert.deepEqual(drifts.Parameter!.PropertyDifferences, [{ PropertyPath: '/Tags/own', DifferenceType: 'REMOVE', ExpectedValue: '1', ActualValue: 'null' }])
  assert.equal(drifts.Topic!.StackResourceDriftStatus, 'IN_SYNC')
})
