import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { drifting, type Drifting } from '../testing/drifting.ts'
import { differences } from './compare.ts'

let cloud: TestCloud
let stacks: Drifting
before(async () => {
  cloud = await startCloud()
  stacks = drifting(cloud)
})
after(() => cloud.stop())

const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] }
const ref = (Ref: string) => ({ Ref })
const find = async (StackName: string) => (await stacks.client.describeStacks({ StackName })).Stacks![0]!

test('what other resources of the stack attach is no drift of what they attach it to; what somebody else attaches is', async () => {
  const ids = await stacks.create('attached', {
    Role: { Type: 'AWS::IAM::Role', Properties: {
      AssumeRolePolicyDocument: trust, ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      Policies: [{ PolicyName: 'own', PolicyDocument: document }],
    } },
    Inline: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'inline', PolicyDocument: document, Roles: [ref('Role')] } },
    Single: { Type: 'AWS::IAM::RolePolicy', Properties: { PolicyName: 'single', PolicyDocument: document, RoleName: ref('Role') } },
    Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document, Roles: [ref('Role')], Users: [ref('User')] } },
    Team: { Type: 'AWS::IAM::Group' }, Own: { Type: 'AWS::IAM::Group' },
    User: { Type: 'AWS::IAM::User', Properties: { Groups: [ref('Own')], ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] } },
    Addition: { Type: 'AWS::IAM::UserToGroupAddition', Properties: { GroupName: ref('Team'), Users: [ref('User')] } },
  })
  assert.deepEqual(await stacks.told('attached'), [])
  const { iam } = cloud.aws()
  await iam.PutRolePolicy({ RoleName: ids.Role!, PolicyName: 'foreign', PolicyDocument: JSON.stringify(document) })
  await iam.AttachUserPolicy({ UserName: ids.User!, PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' })
  assert.deepEqual(
    await stacks.told('attached').then(lines => lines.map(line => line.replace(/\d+$/, 'N'))), ['Role ADD /Policies/N', 'User ADD /ManagedPolicyArns/N']
  )
})

test('a resource that could not be read is UNKNOWN, with the reason, and so is its stack; the others are compared', async () => {
  await stacks.create('secret', {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 1 } }, Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'd' } }
  })
  const { iam } = cloud.aws()
  await iam.CreateUser({ UserName: 'looker' })
  const Statement = [{ Effect: 'Allow', Action: ['cloudformation:*', 'sns:*'], Resource: '*' }]
  await iam.PutUserPolicy({ UserName: 'looker', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) })
  const { AccessKey } = await iam.CreateAccessKey({ UserName: 'looker' })
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  const looker = new CloudFormation({ ...cloud.client, credentials })
  const { StackDriftDetectionId } = await looker.detectStackDrift({ StackName: 'secret' })
  await cloud.settle()
  const status = await looker.describeStackDriftDetectionStatus({ StackDriftDetectionId })
  assert.deepEqual(
    [status.DetectionStatus, status.StackDriftStatus, (await find('secret')).DriftInformation!.StackDriftStatus], ['DETECTION_FAILED', 'UNKNOWN', 'UNKNOWN']
  )
  assert.match(status.DetectionStatusReason!, /^Failed to detect drift on resource\(s\) Queue: .*sqs:getqueueattributes/i)
  const { StackResourceDrifts } = await looker.describeStackResourceDrifts({ StackName: 'secret' })
  assert.deepEqual(StackResourceDrifts!.map(drift => [drift.LogicalResourceId, drift.StackResourceDriftStatus]), [['Queue', 'UNKNOWN'], ['Topic', 'IN_SYNC']])
  assert.match(StackResourceDrifts![0]!.DriftStatusReason!, /sqs:getqueueattributes/i)
  looker.destroy()
})

test('one resource that has drifted makes its stack DRIFTED; one in sync does not make it IN_SYNC', async () => {
  const ids = await stacks.create('single', { Queue: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 1 } } })
  const detect = () => stacks.client.detectStackResourceDrift({ StackName: 'single', LogicalResourceId: 'Queue' })
  await detect()
  const first = (await find('single')).DriftInformation!
  assert.deepEqual([first.StackDriftStatus, first.LastCheckTimestamp instanceof Date], ['NOT_CHECKED', true])
  await cloud.aws().sqs.SetQueueAttributes({ QueueUrl: ids.Queue!, Attributes: { DelaySeconds: '2' } })
  await detect()
  assert.equal((await find('single')).DriftInformation!.StackDriftStatus, 'DRIFTED')
})

test('what was found of a resource is forgotten when it is replaced or leaves the stack; of a deleted one no properties are told', async () => {
  const queue = (QueueName: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } })
  const ids = await stacks.create('changing', { A: queue('a'), B: queue('b'), C: queue('c') })
  await cloud.aws().sqs.DeleteQueue({ QueueUrl: ids.C! })
  const { C } = await stacks.detect('changing')
  assert.deepEqual([C!.StackResourceDriftStatus, C!.ExpectedProperties, C!.ActualProperties, C!.PropertyDifferences], ['DELETED', undefined, undefined, []])
  await stacks.client.updateStack({ StackName: 'changing', TemplateBody: JSON.stringify({ Resources: { A: queue('a2'), C: queue('c') } }) })
  await cloud.settle()
  const { StackResourceDrifts } = await stacks.client.describeStackResourceDrifts({ StackName: 'changing' })
  assert.deepEqual(StackResourceDrifts!.map(drift => drift.LogicalResourceId), ['C'])
  const { StackResourceDetail } = await stacks.client.describeStackResource({ StackName: 'changing', LogicalResourceId: 'A' })
  assert.equal(StackResourceDetail!.DriftInformation!.StackResourceDriftStatus, 'NOT_CHECKED')
})

test('the value of a dynamic reference is told of neither side, unless what stands is another', async () => {
  const { secretsmanager, ssm } = cloud.aws()
  await secretsmanager.CreateSecret({ Name: 'hidden', SecretString: 'xyzzy', ClientRequestToken: crypto.randomUUID() })
  const written = '{{resolve:secretsmanager:hidden}}'
  await stacks.create('referring', { Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/drift/hidden', Type: 'String', Value: written } } })
  const told = JSON.stringify(await stacks.detect('referring'))
  assert.ok(told.includes(written) && !told.includes('xyzzy'))
  await ssm.PutParameter({ Name: '/drift/hidden', Value: 'plugh', Overwrite: true })
  const { Parameter } = await stacks.detect('referring')
  assert.deepEqual(Parameter!.PropertyDifferences, [{ PropertyPath: '/Value', ExpectedValue: written, ActualValue: 'plugh', DifferenceType: 'NOT_EQUAL' }])
  assert.ok(!JSON.stringify(Parameter).includes('xyzzy'))
})

test('a key of KMS is not compared; a name with a slash is written as JSON pointers are', () => {
  assert.deepEqual(differences({ KmsKeyId: 'alias/a', KMSKeyId: 'a', In: { KmsKeyId: 'a' } }, { KmsKeyId: 'arn:b', KMSKeyId: 'b', In: { KmsKeyId: 'b' } }), [])
  assert.deepEqual(differences({ A: { 'GET /x~y': 1 } }, { A: { 'GET /x~y': 2 } }).map(each => each.PropertyPath), ['/A/GET ~1x~0y'])
})
