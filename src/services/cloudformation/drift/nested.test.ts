import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { drifting, type Drifting } from '../testing/drifting.ts'

const Bucket = 'templates'
const child = JSON.stringify({
  Parameters: {
    Seconds: { Type: 'Number' }, Names: { Type: 'CommaDelimitedList' }, Hidden: { Type: 'String', NoEcho: true }, More: { Type: 'String', Default: 'x' },
  },
  Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: { Ref: 'Seconds' } } } },
  Outputs: { Url: { Value: { Ref: 'Queue' } } },
})
const Parameters = { Seconds: 40, Names: ['a', 'b'], Hidden: 'secret' }
const templateUrl = `https://${Bucket}.s3.amazonaws.com/child`

let cloud: TestCloud
let stacks: Drifting
before(async () => {
  cloud = await startCloud()
  stacks = drifting(cloud)
  const { s3 } = cloud.aws()
  await s3.CreateBucket({ Bucket })
  await s3.PutObject({ Bucket, Key: 'child', Body: Buffer.from(child) })
})
after(() => cloud.stop())

const nested = (more: Record<string, unknown> = {}) => ({ Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: templateUrl, Parameters, ...more } })

test('a nested stack drifts by its own parameters and tags; what it consists of is its own drift', async () => {
  const TopicArn = (await cloud.aws().sns.CreateTopic({ Name: 'told' })).TopicArn!
  const whole = nested({ Tags: [{ Key: 'own', Value: '1' }], NotificationARNs: [TopicArn], TimeoutInMinutes: '20' })
  const ids = await stacks.create('parent', { Whole: whole, Plain: nested() }, { Tags: [{ Key: 'team', Value: 'fog' }] })
  await stacks.inSync('parent', ['Plain', 'Whole'])
  const { sqs } = cloud.aws()
  const { StackResourceSummaries } = await stacks.client.listStackResources({ StackName: ids.Plain! })
  await sqs.SetQueueAttributes({ QueueUrl: StackResourceSummaries![0]!.PhysicalResourceId!, Attributes: { VisibilityTimeout: '1' } })
  await stacks.inSync('parent', ['Plain', 'Whole'])
  assert.deepEqual(await stacks.told(ids.Plain!), ['Queue NOT_EQUAL /VisibilityTimeout'])

  await stacks.client.updateStack({
    StackName: ids.Whole!, UsePreviousTemplate: true, NotificationARNs: [], Tags: [{ Key: 'own', Value: '2' }, { Key: 'team', Value: 'fog' }],
    Parameters: [
      { ParameterKey: 'Seconds', ParameterValue: '41' }, { ParameterKey: 'Names', UsePreviousValue: true }, { ParameterKey: 'Hidden', UsePreviousValue: true },
    ],
  })
  await cloud.settle()
  assert.deepEqual(await stacks.told('parent'), ['Whole NOT_EQUAL /Parameters/Seconds', 'Whole NOT_EQUAL /Tags/0/Value', 'Whole REMOVE /NotificationARNs/0'])
  await stacks.client.deleteStack({ StackName: ids.Plain! })
  await cloud.settle()
  assert.deepEqual((await stacks.told('parent'))[0], 'Plain DELETED')
})

test('a stack that exists is nested by an import: it knows its parent and its root, and what is nested in it as well', async () => {
  const { s3 } = cloud.aws()
  await s3.PutObject({ Bucket, Key: 'middle', Body: Buffer.from(JSON.stringify({ Resources: { Inner: nested() } })) })
  const middle = await stacks.create('middle', { Inner: nested() })
  const find = async (StackName: string) => (await stacks.client.describeStacks({ StackName })).Stacks![0]!
  const { StackId } = await find('middle')
  const resource = { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: `https://${Bucket}.s3.amazonaws.com/middle` } }
  assert.equal(await stacks.importOne('top', resource, { StackId: StackId! }), StackId)
  const top = (await find('top')).StackId
  assert.deepEqual([(await find('middle')).ParentId, (await find('middle')).RootId], [top, top])
  assert.deepEqual([(await find(middle.Inner!)).ParentId, (await find(middle.Inner!)).RootId], [StackId, top])
  // It is one stack's only, and none of its own.
  await assert.rejects(stacks.importOne('another', resource, { StackId: StackId! }), /already exists in stack/)
  assert.equal((await find('middle')).ParentId, top)
})

test('wait conditions and their handles are not checked: there is nothing to compare', async () => {
  await stacks.create('waits', { Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' } })
  assert.deepEqual(await stacks.detect('waits'), {})
  const { StackResources } = await stacks.client.describeStackResources({ StackName: 'waits' })
  assert.equal(StackResources![0]!.DriftInformation!.StackResourceDriftStatus, 'NOT_CHECKED')
  await assert.rejects(stacks.client.detectStackResourceDrift({ StackName: 'waits', LogicalResourceId: 'Handle' }), {
    name: 'ValidationError', message: 'Drift detection is not supported for resource type AWS::CloudFormation::WaitConditionHandle',
  })
})
