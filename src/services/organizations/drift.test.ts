import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CloudControl } from '@aws-sdk/client-cloudcontrol'
import type { Aws } from '../../contracts/aws.ts'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { testStack } from '../../testing/stack.ts'
import { resourceTypes } from './cloudformation.ts'

let cloud: TestCloud
before(async () => { cloud = await startCloud() })
after(() => cloud.stop())

let accounts = 111111111110
/** An account of its own for a test, and so an organization. */
function manager() {
  const account = String(++accounts)
  const client = { ...cloud.client, credentials: { accessKeyId: account, secretAccessKey: 'x' } }
  return { api: cloud.aws(account).organizations, control: new CloudControl(client), stack: (name: string) => testStack(cloud, name, client) }
}

const denying = (Action: string) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action, Resource: '*' }] })
const tags = [{ Key: 'own', Value: '1' }, { Key: 'a', Value: '2' }]
const type = (name: string, Properties: object) => ({ Type: `AWS::Organizations::${name}`, Properties })
const ref = (Ref: string) => ({ Ref })
const root = { 'Fn::GetAtt': ['Organization', 'RootId'] }

const whole = {
  Organization: type('Organization', { FeatureSet: 'ALL' }),
  Unit: type('OrganizationalUnit', { Name: 'team', ParentId: root, Tags: tags }),
  Inner: type('OrganizationalUnit', { Name: 'inner', ParentId: ref('Unit') }),
  Policy: type('Policy', {
    Name: 'deny', Type: 'SERVICE_CONTROL_POLICY', Content: denying('s3:*'), Description: 'd', TargetIds: [ref('Unit'), ref('Inner')], Tags: tags
  }),
  Text: { ...type('Policy', { Name: 'text', Type: 'SERVICE_CONTROL_POLICY', Content: JSON.stringify(denying('s3:*')) }), DependsOn: 'Organization' },
  Account: type('Account', { AccountName: 'one', Email: 'one@example.com', RoleName: 'Enter', ParentIds: [ref('Unit')], Tags: tags }),
  Plain: { ...type('Account', { AccountName: 'two', Email: 'two@example.com', ParentIds: [] }), DependsOn: 'Organization' },
}
/** A second whole of another account: addresses are of one account each. */
const wholeOf = (name: string) => JSON.parse(JSON.stringify(whole).replaceAll('@example.com', `@${name}.example.com`)) as typeof whole
const inSync = Object.fromEntries(Object.keys(whole).map(id => [id, 'IN_SYNC']))

test('a stack of every Organizations type is in sync after it was created, and tells what is changed beside it', async () => {
  assert.deepEqual(Object.entries(resourceTypes).filter(([, { read }]) => !read), [])
  const { api, stack: stackOf } = manager()
  const stack = stackOf('changed')
  // The stack's own tags are put on nothing here, and are not missed.
  await stack.create(wholeOf('changed'), [{ Key: 'team', Value: 'fog' }])
  assert.deepEqual(await stack.drifts(), inSync)
  const { Unit, Inner, Policy, Account, Plain } = await stack.ids() as Record<string, string>
  const rootId = (await api.ListRoots({})).Roots![0]!.Id!
  await api.UpdateOrganizationalUnit({ OrganizationalUnitId: Inner, Name: 'other' })
  await api.TagResource({ ResourceId: Unit, Tags: [{ Key: 'own', Value: '3' }] })
  await api.UpdatePolicy({ PolicyId: Policy, Name: 'renamed', Description: 'other', Content: JSON.stringify(denying('sqs:*')) })
  await api.DetachPolicy({ PolicyId: Policy, TargetId: Inner })
  await api.AttachPolicy({ PolicyId: Policy, TargetId: Account })
  await api.UntagResource({ ResourceId: Policy, TagKeys: ['own'] })
  await api.MoveAccount({ AccountId: Account!, SourceParentId: Unit!, DestinationParentId: rootId })
  await api.MoveAccount({ AccountId: Plain!, SourceParentId: rootId, DestinationParentId: Inner! })
  await api.TagResource({ ResourceId: Account, Tags: [{ Key: 'new', Value: '' }] })
  const { Unit: unit, Policy: policy, Account: account, ...rest } = await stack.drifts()
  assert.deepEqual(unit, ['NOT_EQUAL /Tags/0/Value'])
  assert.deepEqual((policy as string[]).map(told => told.replace(/\d$/, 'N')), [
    'ADD /TargetIds/N', 'NOT_EQUAL /Content/Statement/0/Action', 'NOT_EQUAL /Description', 'NOT_EQUAL /Name', 'REMOVE /Tags/N', 'REMOVE /TargetIds/N',
  ])
  assert.deepEqual(account, ['ADD /ParentIds/0', 'ADD /Tags/1', 'REMOVE /ParentIds/0'])
  assert.deepEqual(rest, { Organization: 'IN_SYNC', Inner: ['NOT_EQUAL /Name'], Text: 'IN_SYNC', Plain: ['ADD /ParentIds/0'] })
})

/** Takes apart what the stack has put together, but for the organization. */
async function takeApart(api: Aws['organizations'], { Unit, Inner, Policy, Text, Account, Plain }: Record<string, string>): Promise<void> {
  for (const TargetId of [Unit, Inner]) await api.DetachPolicy({ PolicyId: Policy, TargetId })
  for (const PolicyId of [Policy, Text]) await api.DeletePolicy({ PolicyId })
  for (const AccountId of [Account, Plain]) await api.RemoveAccountFromOrganization({ AccountId })
  for (const OrganizationalUnitId of [Inner, Unit]) await api.DeleteOrganizationalUnit({ OrganizationalUnitId })
}

test('what is deleted beside the stack is told as deleted, and everything is where there is no organization any more', async () => {
  const { api, stack: stackOf } = manager()
  const stack = stackOf('gone')
  await stack.create(wholeOf('gone'))
  await takeApart(api, await stack.ids())
  const deleted = Object.fromEntries(Object.keys(whole).map(id => [id, 'DELETED']))
  assert.deepEqual(await stack.drifts(), { ...deleted, Organization: 'IN_SYNC' })
  await api.DeleteOrganization({})
  assert.deepEqual(await stack.drifts(), deleted)
  await api.CreateOrganization({})
  assert.equal((await stack.drifts()).Organization, 'DELETED', 'another organization is not the one of the stack')
})

test('Cloud Control reads and lists what the API made, and CloudFormation imports it', async () => {
  const { api, control, stack: stackOf } = manager()
  const { Id: organization, Arn } = (await api.CreateOrganization({})).Organization!
  const rootId = (await api.ListRoots({})).Roots![0]!.Id!
  const { Id: unit } = (await api.CreateOrganizationalUnit({ ParentId: rootId, Name: 'u', Tags: tags })).OrganizationalUnit!
  const Content = JSON.stringify(denying('s3:*'))
  const { Policy } = await api.CreatePolicy({ Name: 'p', Description: 'd', Type: 'SERVICE_CONTROL_POLICY', Content })
  const { Id: policy } = Policy!.PolicySummary!
  await api.AttachPolicy({ PolicyId: policy, TargetId: unit })
  const { Id: request } = (await api.CreateAccount({ AccountName: 'n', Email: 'n@example.com' })).CreateAccountStatus!
  await cloud.settle()
  const account = (await api.DescribeCreateAccountStatus({ CreateAccountRequestId: request })).CreateAccountStatus!.AccountId
  const wanted: [string, string, string, object, object][] = [
    ['Organization', 'Id', organization!, { FeatureSet: 'ALL' }, {}],
    ['OrganizationalUnit', 'Id', unit!, { Name: 'u', ParentId: rootId, Tags: tags.toSorted((a, b) => a.Key < b.Key ? -1 : 1) }, { ParentId: rootId }],
    [
      'Policy', 'Id', policy!, { Name: 'p', Description: 'd', Type: 'SERVICE_CONTROL_POLICY', Content: denying('s3:*'), TargetIds: [unit], Tags: [] },
      { Type: 'SERVICE_CONTROL_POLICY' }
    ],
    ['Account', 'AccountId', account!, { AccountName: 'n', Email: 'n@example.com', ParentIds: [rootId], Tags: [] }, {}],
  ]
  for (const [name, member, Identifier, properties, model] of wanted) {
    const TypeName = `AWS::Organizations::${name}`
    const found = JSON.parse((await control.getResource({ TypeName, Identifier })).ResourceDescription!.Properties!)
    const sorted = { ...found, ...found.Tags && { Tags: found.Tags.toSorted((a: any, b: any) => a.Key < b.Key ? -1 : 1) } }
    assert.deepEqual({ ...sorted, ...properties, [member]: Identifier }, sorted, name)
    assert.ok(found.Arn.startsWith('arn:aws:organizations::'))
    const { ResourceDescriptions } = await control.listResources({ TypeName, ResourceModel: JSON.stringify(model) })
    assert.ok(ResourceDescriptions!.some(one => one.Identifier === Identifier), `${name} is listed`)
    const stack = stackOf(`import-${name}`)
    await stack.import(TypeName, { [member]: Identifier }, properties)
    assert.deepEqual(await stack.drifts(), { Thing: 'IN_SYNC' }, name)
  }
  const { Properties } = (await control.getResource({ TypeName: 'AWS::Organizations::Policy', Identifier: 'p-FullAWSAccess' })).ResourceDescription!
  assert.equal(JSON.parse(Properties!).AwsManaged, true)
  assert.match(Arn!, new RegExp(organization!))
  await assert.rejects(control.listResources({ TypeName: 'AWS::Organizations::OrganizationalUnit' }), { name: 'InvalidRequestException' })
  await assert.rejects(control.getResource({ TypeName: 'AWS::Organizations::Organization', Identifier: 'o-aaaaaaaaaa' }), { name: 'ResourceNotFoundException' })
})

test('units are listed within one parent, all pages of them', async () => {
  const { api, control } = manager()
  await api.CreateOrganization({})
  const ParentId = (await api.ListRoots({})).Roots![0]!.Id!
  for (let number = 0; number < 25; number++) await api.CreateOrganizationalUnit({ ParentId, Name: `u${number}` })
  const { OrganizationalUnit } = await api.CreateOrganizationalUnit({ ParentId, Name: 'parent' })
  await api.CreateOrganizationalUnit({ ParentId: OrganizationalUnit!.Id, Name: 'inner' })
  const list = async (parent: string) => (await control.listResources({
    TypeName: 'AWS::Organizations::OrganizationalUnit', MaxResults: 100, ResourceModel: JSON.stringify({ ParentId: parent }),
  })).ResourceDescriptions!.length
  assert.deepEqual([await list(ParentId), await list(OrganizationalUnit!.Id!)], [26, 1])
})
