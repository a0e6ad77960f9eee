import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { startCloud, type TestCloud } from '../../../testing/index.ts'

let cloud: TestCloud
let client: CloudFormation
let number = 0
let StackName = ''
before(async () => {
  cloud = await startCloud()
  client = new CloudFormation(cloud.client)
})
after(() => cloud.stop())
beforeEach(() => { StackName = `stack-${++number}` })

const queue = (Properties: object = {}, more: object = { DeletionPolicy: 'Retain' }) => ({ Type: 'AWS::SQS::Queue', Properties, ...more })
const target = (QueueUrl: string) => ({ ResourceType: 'AWS::SQS::Queue', LogicalResourceId: 'Q', ResourceIdentifier: { QueueUrl } })
const makeQueue = async (VisibilityTimeout = '30') => (await cloud.aws().sqs.CreateQueue({
  QueueName: `made-${++number}`, Attributes: { VisibilityTimeout },
})).QueueUrl!
const propose = async (Resources: object, url: string, more: object = {}) => {
  await client.createChangeSet({
    StackName, ChangeSetName: 'import', ChangeSetType: 'IMPORT', ResourcesToImport: [target(url)], TemplateBody: JSON.stringify({ Resources, ...more }),
  })
  return client.describeChangeSet({ StackName, ChangeSetName: 'import' })
}
const execute = async () => {
  await client.executeChangeSet({ StackName, ChangeSetName: 'import' })
  await cloud.settle()
  return (await client.describeStacks({ StackName })).Stacks![0]!
}

describe('change sets of type IMPORT', () => {
  test('take what exists into a new stack as it is, with its attributes; the stack can then be updated and deleted', async () => {
    const url = await makeQueue('77')
    const set = await propose({ Q: queue({ VisibilityTimeout: 88 }) }, url, { Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Q', 'Arn'] } } } })
    assert.deepEqual(
      set.Changes!.map(({ ResourceChange: change }) => [change!.Action, change!.LogicalResourceId, change!.PhysicalResourceId]), [['Import', 'Q', url]]
    )
    const stack = await execute()
    assert.equal(stack.StackStatus, 'IMPORT_COMPLETE')
    assert.match(stack.Outputs![0]!.OutputValue!, /^arn:aws:sqs:us-east-1:000000000000:made-/)
    const { StackEvents } = await client.describeStackEvents({ StackName })
    assert.deepEqual(
      StackEvents!.filter(event => event.LogicalResourceId === 'Q').map(event => event.ResourceStatus), ['IMPORT_COMPLETE', 'IMPORT_IN_PROGRESS']
    )
    const timeout = async () => (await cloud.aws().sqs.GetQueueAttributes({
      QueueUrl: url, AttributeNames: ['VisibilityTimeout'],
    })).Attributes!.VisibilityTimeout
    assert.equal(await timeout(), '77')
    const { StackResourceDrift } = await client.detectStackResourceDrift({ StackName, LogicalResourceId: 'Q' })
    assert.equal(StackResourceDrift!.StackResourceDriftStatus, 'MODIFIED')
    await client.updateStack({ StackName, TemplateBody: JSON.stringify({ Resources: { Q: queue({ VisibilityTimeout: 99 }) } }) })
    await cloud.settle()
    assert.equal(await timeout(), '99')
    await client.deleteStack({ StackName })
    await cloud.settle()
    assert.equal(await timeout(), '99')
  })

  test('into a stack that stands: nothing else may change', async () => {
    const Group = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: StackName } }
    await client.createStack({ StackName, TemplateBody: JSON.stringify({ Resources: { Group } }) })
    await cloud.settle()
    const url = await makeQueue()
    const set = await propose({ Group: { ...Group, Properties: { ...Group.Properties, RetentionInDays: 1 } }, Q: queue() }, url)
    assert.deepEqual([set.Status, set.StatusReason], ['FAILED', 'You have modified resources [Group] in your template that are not being imported. '
      + 'Update, create or delete operations cannot be executed during import operations.'])
    await client.deleteChangeSet({ StackName, ChangeSetName: 'import' })
    await propose({ Group, Q: queue() }, url)
    assert.equal((await execute()).StackStatus, 'IMPORT_COMPLETE')
  })

  test('one that is not there, or belongs to a stack, fails the import, and the stack is as it was', async () => {
    const url = await makeQueue()
    await propose({ Q: queue() }, url)
    await execute()
    StackName += '-b'
    await propose({ Q: queue() }, url)
    assert.equal((await execute()).StackStatus, 'IMPORT_ROLLBACK_COMPLETE')
    StackName += '-c'
    await propose({ Q: queue() }, `${url}-not`)
    const stack = await execute()
    assert.equal(stack.StackStatus, 'IMPORT_ROLLBACK_COMPLETE')
    const { StackEvents } = await client.describeStackEvents({ StackName })
    assert.match(
      StackEvents!.find(event => event.ResourceStatus === 'IMPORT_FAILED')!.ResourceStatusReason!,
      /^Resource of type 'AWS::SQS::Queue' with identifier '.*-not' was not found\.$/
    )
    assert.deepEqual((await client.listStackResources({ StackName })).StackResourceSummaries, [])
  })

  test('what cannot be imported is refused', async () => {
    const url = await makeQueue()
    await assert.rejects(
      propose({ Q: queue({}, {}) }, url), { message: 'Resources [Q] to import must have a DeletionPolicy attribute specified in the template.' }
    )
    const input = { StackName, ChangeSetName: 'x', ChangeSetType: 'IMPORT' as const, TemplateBody: JSON.stringify({ Resources: { Q: queue() } }) }
    await assert.rejects(client.createChangeSet(input), { name: 'ValidationError', message: /^ResourcesToImport must be specified/ })
    const other = { ResourceType: 'AWS::CDK::Metadata', LogicalResourceId: 'Q', ResourceIdentifier: { Id: 'x' } }
    await assert.rejects(
      client.createChangeSet({ ...input, ResourcesToImport: [other] }), { message: 'ResourceTypes [AWS::CDK::Metadata] are not supported for Import' }
    )
    const named = { ...target(url), ResourceIdentifier: { QueueName: 'x' } }
    await assert.rejects(client.createChangeSet({ ...input, ResourcesToImport: [named] }), { message: /expected \[QueueUrl\], found \[QueueName\]/ })
  })
})

test('GetTemplateSummary tells by which property each type is imported', async () => {
  const { ResourceIdentifierSummaries } = await client.getTemplateSummary({ TemplateBody: JSON.stringify({ Resources: { Q: queue() } }) })
  assert.deepEqual(ResourceIdentifierSummaries, [{ ResourceType: 'AWS::SQS::Queue', LogicalResourceIds: ['Q'], ResourceIdentifiers: ['QueueUrl'] }])
  const Route = { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId: 'a', RouteKey: '$default' } }
  const Nested = { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://b.s3.amazonaws.com/t' } }
  const several = await client.getTemplateSummary({ TemplateBody: JSON.stringify({ Resources: { Route, Nested } }) })
  assert.deepEqual(several.ResourceIdentifierSummaries!.map(each => each.ResourceIdentifiers), [['ApiId', 'RouteId'], ['StackId']])
})

describe('change sets with ImportExistingResources', () => {
  const named = (name: string, more: object = { DeletionPolicy: 'RetainExceptOnCreate' }) => ({
    Type: 'AWS::SSM::Parameter', Properties: { Name: name, Type: 'String', Value: 'new' }, ...more
  })
  const put = (Name: string) => cloud.aws().ssm.PutParameter({ Name, Value: 'old', Type: 'String' })
  const value = async (Name: string) => (await cloud.aws().ssm.GetParameter({ Name })).Parameter!.Value
  const exist = async (Resources: object, ChangeSetType: 'CREATE' | 'UPDATE' = 'CREATE') => {
    await client.createChangeSet({
      StackName, ChangeSetName: 'import', ChangeSetType, ImportExistingResources: true, TemplateBody: JSON.stringify({ Resources })
    })
    return client.describeChangeSet({ StackName, ChangeSetName: 'import' })
  }

  test('take in what has the name already, as it is, and create the rest', async () => {
    await put('/there')
    const set = await exist({ There: named('/there'), New: named('/new') })
    assert.deepEqual(set.Changes!.map(({ ResourceChange: change }) => [change!.LogicalResourceId, change!.Action, change!.PhysicalResourceId]),
      [['There', 'Import', '/there'], ['New', 'Add', undefined]])
    assert.equal(set.ImportExistingResources, true)
    assert.equal((await execute()).StackStatus, 'CREATE_COMPLETE')
    assert.deepEqual([await value('/there'), await value('/new')], ['old', 'new'])
    const { StackResourceSummaries } = await client.listStackResources({ StackName })
    assert.deepEqual(
      StackResourceSummaries!.map(row => [row.LogicalResourceId, row.ResourceStatus]), [['New', 'CREATE_COMPLETE'], ['There', 'IMPORT_COMPLETE']]
    )
  })

  test('what is imported stays where the creation is rolled back; it has to have a DeletionPolicy that keeps it', async () => {
    await put('/stays')
    const set = await exist({ There: named('/stays', {}) })
    assert.deepEqual([set.Status, set.StatusReason],
      ['FAILED', 'Resources [There] to import must have a DeletionPolicy of Retain or RetainExceptOnCreate specified in the template.'])
    await client.deleteChangeSet({ StackName, ChangeSetName: 'import' })
    await exist({ There: named('/stays'), Bad: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/bad', Type: 'None', Value: 'x' }, DependsOn: 'There' } })
    assert.equal((await execute()).StackStatus, 'ROLLBACK_COMPLETE')
    assert.equal(await value('/stays'), 'old')
  })
})
