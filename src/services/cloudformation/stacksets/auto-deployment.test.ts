import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { testStack } from '../../../testing/stack.ts'
import { iam } from '../../iam/service.ts'
import { organizations } from '../../organizations/service.ts'
import { sts } from '../../sts/service.ts'
import { cloudformation } from '../service.ts'
import { accountMoved } from './auto-deployment.ts'
import { things } from '../things.testing.ts'

const world = things()
let cloud: TestCloud
let client: CloudFormation
let rootId = ''
let number = 0
let StackSetName = ''
/** Two units in the root, and one within the first. */
const units = { first: '', inner: '', second: '' }
before(async () => {
  cloud = await startCloud({ services: [cloudformation, iam, sts, organizations, world.service] })
  client = new CloudFormation(cloud.client)
  const { organizations: orgs } = cloud.aws()
  await orgs.CreateOrganization({ FeatureSet: 'ALL' })
  rootId = (await orgs.ListRoots({})).Roots![0]!.Id!
  await client.activateOrganizationsAccess({})
})
after(() => cloud.stop())
beforeEach(async () => {
  StackSetName = `set-${++number}`
  world.failing.clear()
  world.calls.length = 0
  const { organizations: orgs } = cloud.aws()
  const unit = async (ParentId: string, Name: string) => (await orgs.CreateOrganizationalUnit({ ParentId, Name: `${Name}-${number}` })).OrganizationalUnit!.Id!
  units.first = await unit(rootId, 'first')
  units.inner = await unit(units.first, 'inner')
  units.second = await unit(rootId, 'second')
})

const TemplateBody = JSON.stringify({
  Parameters: { P: { Type: 'String', Default: 'plain' } }, Resources: { A: { Type: 'Test::Thing::Item', Properties: { Value: { Ref: 'P' } } } },
})
const create = (AutoDeployment: object = { Enabled: true, RetainStacksOnAccountRemoval: false }, more: object = {}) =>
  client.createStackSet({ StackSetName, TemplateBody, PermissionModel: 'SERVICE_MANAGED', AutoDeployment, ...more })
const deploy = async (unit: string, Regions: string[], more: object = {}) => {
  await client.createStackInstances({ StackSetName, DeploymentTargets: { OrganizationalUnitIds: [unit] }, Regions, ...more })
  await cloud.settle()
}
async function newAccount(): Promise<string> {
  const { organizations: orgs } = cloud.aws()
  const { CreateAccountStatus } = await orgs.CreateAccount({ AccountName: 'member', Email: `member-${Math.random()}@example.com` })
  await cloud.settle()
  return (await orgs.DescribeCreateAccountStatus({ CreateAccountRequestId: CreateAccountStatus!.Id })).CreateAccountStatus!.AccountId!
}
const move = async (AccountId: string, DestinationParentId: string) => {
  const { organizations: orgs } = cloud.aws()
  const SourceParentId = (await orgs.ListParents({ ChildId: AccountId })).Parents![0]!.Id!
  await orgs.MoveAccount({ AccountId, SourceParentId, DestinationParentId })
}
const moved = async (account: string, unit: string) => {
  await move(account, unit)
  await cloud.settle()
}
/** Where the set's instances are, and the units that hold their accounts. */
const instances = async () => Object.fromEntries((await client.listStackInstances({ StackSetName })).Summaries!
  .map(row => [`${row.Account} ${row.Region}`, `${row.OrganizationalUnitId} ${row.StackInstanceStatus!.DetailedStatus}`]))
const operations = async () => (await client.listStackSetOperations({ StackSetName })).Summaries!.map(row => `${row.Action} ${row.Status}`).sort()
const stacksIn = async (account: string, region = 'us-east-1') =>
  (await cloud.aws(account, region).cloudformation.ListStacks({})).StackSummaries!.filter(stack => stack.StackStatus !== 'DELETE_COMPLETE').length

test('an account that comes into a unit gets the stacks of its regions, and loses them when it leaves', async () => {
  await create()
  const account = await newAccount()
  await deploy(units.first, ['us-east-1', 'eu-west-1'])
  assert.deepEqual(await instances(), {})
  await moved(account, units.first)
  assert.deepEqual(await instances(), { [`${account} eu-west-1`]: `${units.first} SUCCEEDED`, [`${account} us-east-1`]: `${units.first} SUCCEEDED` })
  assert.deepEqual([await stacksIn(account), await stacksIn(account, 'eu-west-1')], [1, 1])
  await moved(account, units.inner)
  assert.deepEqual(await instances(), { [`${account} eu-west-1`]: `${units.inner} SUCCEEDED`, [`${account} us-east-1`]: `${units.inner} SUCCEEDED` })
  await moved(account, units.second)
  assert.deepEqual([await instances(), await stacksIn(account), await stacksIn(account, 'eu-west-1')], [{}, 0, 0])
  assert.deepEqual(await operations(), ['CREATE SUCCEEDED', 'CREATE SUCCEEDED', 'DELETE SUCCEEDED'])
})

test('an account that moves from one set\'s unit to another\'s changes its stacks; regions of units add up', async () => {
  await create()
  await deploy(units.first, ['us-east-1'])
  await deploy(units.second, ['us-east-1', 'eu-west-1'])
  await deploy(units.inner, ['eu-west-1'])
  const account = await newAccount()
  const regions = async () => Object.keys(await instances()).map(place => place.split(' ')[1])
  await moved(account, units.first)
  assert.deepEqual(await regions(), ['us-east-1'])
  await moved(account, units.inner)
  assert.deepEqual(await regions(), ['eu-west-1', 'us-east-1'])
  await moved(account, units.first)
  assert.deepEqual(await regions(), ['us-east-1'])
  await moved(account, units.second)
  assert.deepEqual(await regions(), ['eu-west-1', 'us-east-1'])
  assert.deepEqual((await client.listStackSetAutoDeploymentTargets({ StackSetName })).Summaries, [
    { OrganizationalUnitId: units.first, Regions: ['us-east-1'] }, { OrganizationalUnitId: units.inner, Regions: ['eu-west-1'] },
    { OrganizationalUnitId: units.second, Regions: ['us-east-1', 'eu-west-1'] },
  ].sort((a, b) => a.OrganizationalUnitId < b.OrganizationalUnitId ? -1 : 1))
})

test('the root holds accounts that are made, invited, and removed; stacks are retained where the set says so', async () => {
  await create({ Enabled: true, RetainStacksOnAccountRemoval: true })
  await deploy(rootId, ['us-east-1'])
  const earlier = Object.keys(await instances()).length
  const made = await newAccount()
  const invited = `3333333333${String(number).padStart(2, '0')}`
  const { organizations: orgs } = cloud.aws()
  const { Handshake } = await orgs.InviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: invited } })
  await cloud.aws(invited).organizations.AcceptHandshake({ HandshakeId: Handshake!.Id })
  await cloud.settle()
  const now = await instances()
  assert.deepEqual(
    [Object.keys(now).length - earlier, now[`${made} us-east-1`], now[`${invited} us-east-1`]], [2, `${rootId} SUCCEEDED`, `${rootId} SUCCEEDED`]
  )
  await orgs.RemoveAccountFromOrganization({ AccountId: made })
  await cloud.aws(invited).organizations.LeaveOrganization({})
  await cloud.settle()
  assert.deepEqual([Object.keys(await instances()).length, await stacksIn(made), await stacksIn(invited)], [earlier, 1, 1])
  const { StackSet } = await client.describeStackSet({ StackSetName })
  assert.deepEqual(StackSet!.AutoDeployment, { Enabled: true, RetainStacksOnAccountRemoval: true })
  await client.deleteStackInstances({ StackSetName, DeploymentTargets: { OrganizationalUnitIds: [rootId] }, Regions: ['us-east-1'], RetainStacks: false })
  await cloud.settle()
  await newAccount()
  assert.deepEqual(await instances(), {})
})

test('new accounts have the parameters of the set, and filters of accounts do not hold them off', async () => {
  await create()
  const account = await newAccount()
  await move(account, units.first)
  await deploy(units.first, ['us-east-1'], { ParameterOverrides: [{ ParameterKey: 'P', ParameterValue: 'own' }] })
  await client.createStackInstances({
    StackSetName, Regions: ['eu-west-1'], DeploymentTargets: { OrganizationalUnitIds: [units.first], Accounts: [account], AccountFilterType: 'INTERSECTION' },
  })
  const later = await newAccount()
  await moved(later, units.first)
  assert.deepEqual(Object.keys(await instances()).sort(), [`${account} eu-west-1`, `${account} us-east-1`, `${later} eu-west-1`, `${later} us-east-1`].sort())
  const overrides = async (StackInstanceAccount: string) =>
    (await client.describeStackInstance({ StackSetName, StackInstanceAccount, StackInstanceRegion: 'us-east-1' })).StackInstance!.ParameterOverrides!.length
  assert.deepEqual([await overrides(account), await overrides(later)], [1, 0])
})

test('it is switched on and off by an update; a set that is off, or whose trust is taken back, follows nobody', async () => {
  await create({ Enabled: false })
  await deploy(units.first, ['us-east-1'])
  const account = await newAccount()
  await moved(account, units.first)
  assert.deepEqual(await instances(), {})
  const update = async (AutoDeployment?: object) => {
    await client.updateStackSet({ StackSetName, UsePreviousTemplate: true, ...AutoDeployment && { AutoDeployment } })
    await cloud.settle()
  }
  await update({ Enabled: true, RetainStacksOnAccountRemoval: false })
  await update()
  assert.deepEqual(await instances(), {}, 'who is there already is not deployed to')
  await moved(account, units.inner)
  assert.deepEqual(Object.keys(await instances()), [`${account} us-east-1`])
  await client.deactivateOrganizationsAccess({})
  await moved(account, units.second)
  assert.deepEqual(Object.keys(await instances()), [`${account} us-east-1`])
  await client.activateOrganizationsAccess({})
  await update({ Enabled: false })
  await moved(account, units.first)
  await moved(account, units.second)
  assert.deepEqual(Object.keys(await instances()), [`${account} us-east-1`])
})

test('an account that comes back while its stack is being deleted has one in the end', async () => {
  await create()
  await deploy(units.first, ['us-east-1'])
  const account = await newAccount()
  await moved(account, units.first)
  const reached = new Promise<void>(resolve => { world.pause.reached = resolve })
  let go = () => {}
  world.pause.go = new Promise<void>(resolve => { go = resolve })
  world.pause.at = 'delete A'
  await move(account, units.second)
  await reached
  await move(account, units.first)
  for (let asked = 0; asked < 500 && !(await operations()).includes('CREATE QUEUED'); asked++);
  world.pause.at = ''
  go()
  await cloud.settle()
  assert.deepEqual(await instances(), { [`${account} us-east-1`]: `${units.first} SUCCEEDED` })
  assert.equal(await stacksIn(account), 1)
  assert.deepEqual(await operations(), ['CREATE SUCCEEDED', 'CREATE SUCCEEDED', 'CREATE SUCCEEDED', 'DELETE SUCCEEDED'])
})

test('a failure is the operation\'s, and the account is tried again by CreateStackInstances', async () => {
  await create()
  await deploy(units.first, ['us-east-1'])
  const account = await newAccount()
  world.failing.add('create A')
  await moved(account, units.first)
  assert.deepEqual(await instances(), { [`${account} us-east-1`]: `${units.first} FAILED` })
  world.failing.clear()
  await deploy(units.first, ['us-east-1'])
  assert.deepEqual(await instances(), { [`${account} us-east-1`]: `${units.first} SUCCEEDED` })
})

test('a set that depends on others waits for what the same move makes of them, and makes nothing where that fails', async () => {
  // The name of the set that waits comes first, so that it is not by chance the later one.
  const [app, base] = [`a-${StackSetName}`, `b-${StackSetName}`]
  const made = async (name: string, logicalId: string, AutoDeployment: object) => {
    await client.createStackSet({
      StackSetName: name, PermissionModel: 'SERVICE_MANAGED', AutoDeployment, TemplateBody: TemplateBody.replace('"A"', `"${logicalId}"`),
    })
    await client.createStackInstances({ StackSetName: name, DeploymentTargets: { OrganizationalUnitIds: [units.first] }, Regions: ['us-east-1'] })
    return (await client.describeStackSet({ StackSetName: name })).StackSet!.StackSetARN!
  }
  const DependsOn = [await made(base, 'Base', { Enabled: true })]
  await made(app, 'App', { Enabled: true, DependsOn })
  assert.deepEqual((await client.describeStackSet({ StackSetName: app })).StackSet!.AutoDeployment, {
    Enabled: true, RetainStacksOnAccountRemoval: false, DependsOn
  })
  const statuses = async (name: string) => (await client.listStackSetOperations({ StackSetName: name })).Summaries!.map(row => row.Status).sort()
  const [first, second] = [await newAccount(), await newAccount()]
  const reached = new Promise<void>(resolve => { world.pause.reached = resolve })
  let go = () => {}
  world.pause.go = new Promise<void>(resolve => { go = resolve })
  world.pause.at = 'create Base'
  await move(first, units.first)
  await reached
  for (let asked = 0; asked < 500 && (await statuses(app)).length < 2; asked++);
  assert.deepEqual([await statuses(base), await statuses(app)], [['RUNNING', 'SUCCEEDED'], ['QUEUED', 'SUCCEEDED']])
  world.pause.at = ''
  go()
  await cloud.settle()
  assert.deepEqual([await statuses(app), world.calls], [['SUCCEEDED', 'SUCCEEDED'], ['create Base', 'create App']])
  world.failing.add('create Base')
  await moved(second, units.first)
  assert.deepEqual([await statuses(base), await statuses(app)], [['FAILED', 'SUCCEEDED', 'SUCCEEDED'], ['FAILED', 'SUCCEEDED', 'SUCCEEDED']])
  const { StackInstance } = await client.describeStackInstance({ StackSetName: app, StackInstanceAccount: second, StackInstanceRegion: 'us-east-1' })
  assert.deepEqual([StackInstance!.StackInstanceStatus!.DetailedStatus, world.calls.filter(call => call === 'create App').length], ['CANCELLED', 1])
  assert.match(StackInstance!.StatusReason!, /^Cancelled since operation .* of stack set b-.*, on which it depends, did not succeed$/)
  await moved(first, units.second)
  assert.deepEqual(world.calls.filter(call => call.startsWith('delete')).sort(), ['delete App', 'delete Base'])
})

test('an event that is delivered again begins nothing again, neither meanwhile nor afterwards', async () => {
  await create({ Enabled: false })
  await deploy(units.first, ['us-east-1'])
  const account = await newAccount()
  await moved(account, units.first)
  await client.updateStackSet({ StackSetName, UsePreviousTemplate: true, AutoDeployment: { Enabled: true } })
  await cloud.settle()
  const scope = cloud.cloud.platform.scope('cloudformation', { account, region: 'eu-west-1', operation: 'on:organizations.account.moved' }) as never
  const data = { organization: 'o', managementAccount: '000000000000', accountId: account }
  const deliver = (id: string) => accountMoved(scope, { id, type: 'organizations.account.moved', account, region: 'eu-west-1', at: 0, data })
  await Promise.all([deliver('a'), deliver('a'), deliver('b')])
  await cloud.settle()
  for (const id of ['a', 'c']) await deliver(id)
  await cloud.settle()
  assert.deepEqual(await instances(), { [`${account} us-east-1`]: `${units.first} SUCCEEDED` })
  assert.deepEqual(await operations(), ['CREATE SUCCEEDED', 'CREATE SUCCEEDED', 'UPDATE SUCCEEDED'])
})

test('AWS::CloudFormation::StackSet follows accounts as its template says, and drifts where that is changed', async () => {
  const stack = testStack(cloud, StackSetName)
  await stack.create({ Set: { Type: 'AWS::CloudFormation::StackSet', Properties: {
    StackSetName, PermissionModel: 'SERVICE_MANAGED', TemplateBody, AutoDeployment: { Enabled: 'true' }, ManagedExecution: { Active: 'false' },
    StackInstancesGroup: [{ DeploymentTargets: { OrganizationalUnitIds: [units.first] }, Regions: ['us-east-1'] }],
  } } })
  const account = await newAccount()
  await moved(account, units.first)
  assert.deepEqual(await instances(), { [`${account} us-east-1`]: `${units.first} SUCCEEDED` })
  assert.deepEqual(await stack.drifts(), { Set: 'IN_SYNC' })
  await client.updateStackSet({ StackSetName, UsePreviousTemplate: true, AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: true } })
  await cloud.settle()
  assert.deepEqual(await stack.drifts(), { Set: ['ADD /AutoDeployment/RetainStacksOnAccountRemoval'] })
  await client.deleteStack({ StackName: StackSetName })
  await cloud.settle()
  assert.equal(await stacksIn(account), 0)
})

test('what is wrong is refused', async () => {
  await assert.rejects(create({ Enabled: false, RetainStacksOnAccountRemoval: false }), {
    name: 'ValidationError', message: /only if AutoDeployment is enabled/
  })
  await assert.rejects(create({ Enabled: true }, { PermissionModel: 'SELF_MANAGED' }), {
    message: 'AutoDeployment can be enabled only for a service managed stack set'
  })
  const none = 'arn:aws:cloudformation:us-east-1:000000000000:stackset/none:1'
  await assert.rejects(create({ Enabled: true, DependsOn: [none] }), { message: `StackSet ${none}, which DependsOn names, was not found` })
  await assert.rejects(create({ Enabled: false, DependsOn: [none] }), { message: 'DependsOn can be specified only if AutoDeployment is enabled' })
  await assert.rejects(create({ Enabled: true, DependsOn: Array(11).fill(none) }), { message: 'A stack set can depend on at most 10 stack sets' })
  await create()
  const { StackSetARN } = (await client.describeStackSet({ StackSetName })).StackSet!
  await assert.rejects(client.updateStackSet({ StackSetName, UsePreviousTemplate: true, AutoDeployment: { Enabled: true, DependsOn: [StackSetARN!] } }), {
    message: `DependsOn of ${StackSetARN} makes the stack set depend on itself`,
  })
  await assert.rejects(client.deleteStackInstances({
    StackSetName, DeploymentTargets: { OrganizationalUnitIds: [units.second] }, Regions: ['us-east-1'], RetainStacks: false,
  }), { name: 'StackInstanceNotFoundException' })
})
