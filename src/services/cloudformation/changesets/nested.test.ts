import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, beforeEach, describe, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { longRunning, type ServiceDefinition } from '../../../platform/service.ts'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { iam } from '../../iam/service.ts'
import { sts } from '../../sts/service.ts'
import { cloudformation } from '../service.ts'
import { things } from '../things.testing.ts'

const world = things()
const objects = new Map<string, string>()
const s3: ServiceDefinition = { name: 's3', tables: {}, authorization: { GetObject: { resource: '*' } }, operations: {
  GetObject: longRunning(async (_: any, input: any) => ({ Body: Readable.from([Buffer.from(objects.get(input.Key)!)]), ContentLength: 1 })),
} as any }
let cloud: TestCloud
let client: CloudFormation
let number = 0
let StackName = ''
before(async () => {
  cloud = await startCloud({ services: [cloudformation, world.service, s3, iam, sts] })
  client = new CloudFormation(cloud.client)
})
after(() => cloud.stop())
beforeEach(() => { StackName = `stack-${++number}` })

const item = (Value: unknown) => ({ Type: 'Test::Thing::Item', Properties: { Value } })
const nested = (key: string, P: unknown) => ({ Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: `s3://templates/${key}`, Parameters: { P } } })
const child = (Resources: object, Value: unknown = { Ref: 'P' }) =>
  JSON.stringify({ Parameters: { P: { Type: 'String' } }, Resources, Outputs: { Out: { Value } } })
const propose = async (ChangeSetName: string, Resources: object, ChangeSetType: 'CREATE' | 'UPDATE' = 'UPDATE') => {
  await client.createChangeSet({ StackName, ChangeSetName, ChangeSetType, IncludeNestedStacks: true, TemplateBody: JSON.stringify({ Resources }) })
  return client.describeChangeSet({ StackName, ChangeSetName })
}
const execute = async (ChangeSetName: string) => {
  await client.executeChangeSet({ StackName, ChangeSetName })
  await cloud.settle()
  return (await client.describeStacks({ StackName })).Stacks![0]!.StackStatus
}
const told = (set: Awaited<ReturnType<typeof propose>>) => set.Changes!.map(({ ResourceChange: change }) => `${change!.Action} ${change!.LogicalResourceId}`)
const values = () => Object.fromEntries([...world.standing.values()].map(thing => [thing.name, thing.properties.Value]))

describe('change sets that include nested stacks', () => {
  test('make a hierarchy of sets, which the root executes as they were described', async () => {
    objects.set('grand', child({ Grand: item({ Ref: 'P' }) }))
    objects.set('mid', child({ Mid: item({ Ref: 'P' }), Deeper: nested('grand', { 'Fn::GetAtt': ['Mid', 'Arn'] }) }))
    const root = await propose('first', { Top: item('top'), Nest: nested('mid', { Ref: 'Top' }) }, 'CREATE')
    assert.deepEqual([root.Status, told(root)], ['CREATE_COMPLETE', ['Add Top', 'Add Nest']])
    const { ChangeSetId, PhysicalResourceId: midId } = root.Changes![1]!.ResourceChange!
    const mid = await client.describeChangeSet({ ChangeSetName: ChangeSetId })
    assert.deepEqual([mid.ParentChangeSetId, mid.RootChangeSetId, told(mid)], [root.ChangeSetId, root.ChangeSetId, ['Add Mid', 'Add Deeper']])
    const grand = await client.describeChangeSet({ ChangeSetName: mid.Changes![1]!.ResourceChange!.ChangeSetId })
    assert.deepEqual([grand.ParentChangeSetId, grand.RootChangeSetId], [mid.ChangeSetId, root.ChangeSetId])
    await assert.rejects(client.executeChangeSet({ ChangeSetName: grand.ChangeSetId }), {
      name: 'ValidationError', message: /executed with its root change set/
    })
    // What is at the address now is not what was reviewed.
    objects.set('mid', child({ Other: item('never') }))
    assert.equal(await execute('first'), 'CREATE_COMPLETE')
    assert.ok(values().Top === 'top' && values().Mid!.startsWith(`${StackName}-Top-`) && values().Grand!.startsWith('arn:test:') && !('Other' in values()))
    const { ParentId, RootId } = (await client.describeStacks({ StackName: grand.StackId })).Stacks![0]!
    assert.deepEqual([ParentId, RootId], [midId, root.StackId])
  })

  test('leave nested stacks out that do not change, update those that do, and make new ones', async () => {
    objects.set('same', child({ Same: item({ Ref: 'P' }) }))
    objects.set('moves', child({ Moves: item({ Ref: 'P' }) }))
    const first = { Same: nested('same', '1'), Moves: nested('moves', '1') }
    await propose('first', first, 'CREATE')
    assert.equal(await execute('first'), 'CREATE_COMPLETE')
    const none = await propose('none', first)
    assert.deepEqual(
      [none.Status, none.StatusReason], ['FAILED', "The submitted information didn't contain changes. Submit different information to create a change set."]
    )
    const second = await propose('second', { Same: nested('same', '1'), Moves: nested('moves', '2'), More: nested('same', '3') })
    assert.deepEqual(told(second), ['Modify Moves', 'Add More'])
    world.calls.length = 0
    assert.equal(await execute('second'), 'UPDATE_COMPLETE')
    assert.deepEqual(world.calls.sort(), ['create Same', 'update Moves'])
    assert.equal(values().Moves, '2')
  })

  test('a nested set that fails fails its root; a root that is deleted takes what it made with it', async () => {
    objects.set('bad', JSON.stringify({ Resources: { A: item('x') }, Transform: 'Nowhere' }))
    const bad = { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 's3://templates/bad' } }
    const set = await propose('first', { Bad: bad }, 'CREATE')
    assert.equal(set.Status, 'FAILED')
    assert.match(set.StatusReason!, /^Nested change set arn:aws:cloudformation:.* was not successfully created: Currently in FAILED\.$/)
    const standing = async () => (await client.describeStacks({})).Stacks!.filter(stack => stack.StackName!.startsWith(`${StackName}-`)).length
    assert.equal(await standing(), 1)
    await client.deleteChangeSet({ StackName, ChangeSetName: 'first' })
    assert.equal(await standing(), 0)
  })
  test('are made and executed with the caller\'s permissions for each nested stack', async () => {
    objects.set('child', child({ A: item({ Ref: 'P' }) }))
    const { iam, sts } = cloud.aws()
    const RoleName = `reviewer-${StackName}`
    const role = await iam.CreateRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' }] }) })
    const { Credentials } = await sts.AssumeRole({ RoleArn: role.Role!.Arn, RoleSessionName: 'session' })
    const credentials = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! }
    const reviewer = new CloudFormation({ ...cloud.client, credentials })
    const allow = (...statements: object[]) => {
      const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }, ...statements.map(statement => ({ Effect: 'Deny', ...statement }))]
      return iam.PutRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) })
    }
    const Resource = `arn:aws:cloudformation:*:*:stack/${StackName}-N-*`
    const input = {
      StackName, ChangeSetType: 'CREATE' as const, IncludeNestedStacks: true, TemplateBody: JSON.stringify({ Resources: { N: nested('child', '1') } })
    }
    await allow({ Action: 'cloudformation:CreateChangeSet', Resource })
    await reviewer.createChangeSet({ ...input, ChangeSetName: 'denied' })
    const denied = await client.describeChangeSet({ StackName, ChangeSetName: 'denied' })
    assert.equal(denied.Status, 'FAILED')
    assert.match(denied.StatusReason!, /is not authorized to perform: cloudformation:CreateChangeSet/)
    await allow({ Action: 'cloudformation:ExecuteChangeSet', Resource })
    await reviewer.createChangeSet({ ...input, ChangeSetName: 'made' })
    await reviewer.executeChangeSet({ StackName, ChangeSetName: 'made' })
    await cloud.settle()
    const { StackEvents } = await client.describeStackEvents({ StackName })
    assert.match(
      StackEvents!.find(event => event.ResourceStatus === 'CREATE_FAILED')!.ResourceStatusReason!,
      /is not authorized to perform: cloudformation:ExecuteChangeSet/
    )
  })
})
