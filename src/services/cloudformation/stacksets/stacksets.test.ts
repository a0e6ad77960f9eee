import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { longRunning, type ServiceDefinition } from '../../../platform/service.ts'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { iam } from '../../iam/service.ts'
import { organizations } from '../../organizations/service.ts'
import { sts } from '../../sts/service.ts'
import { driftDetails } from './stackset.ts'
import { cloudformation } from '../service.ts'
import { things } from '../things.testing.ts'

const world = things()
const administrator = '000000000000'
const [one, two] = ['111111111111', '222222222222'] as const
const administrationRole = 'AWSCloudFormationStackSetAdministrationRole'
/** What the account gate of every account answers; without it there is none. */
const gate: { answer?: object } = {}
const lambda: ServiceDefinition = { name: 'lambda', tables: {}, authorization: { Invoke: { resource: '*' } }, operations: { Invoke: longRunning(async () => {
  if (!gate.answer) throw Object.assign(new Error('Function not found'), { name: 'ResourceNotFoundException' })
  return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(gate.answer)) }
}) } as any }
let cloud: TestCloud
let client: CloudFormation
let number = 0
let StackSetName = ''
before(async () => {
  cloud = await startCloud({ services: [cloudformation, iam, sts, organizations, lambda, world.service] })
  client = new CloudFormation(cloud.client)
})
after(() => cloud.stop())
beforeEach(() => {
  StackSetName = `set-${++number}`
  world.failing.clear()
  world.calls.length = 0
})

const trust = (principal: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }] })
const allow = (Action: string) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })

async function makeAdministrator(): Promise<void> {
  const { iam: roles } = cloud.aws(administrator)
  await roles.CreateRole({ RoleName: administrationRole, AssumeRolePolicyDocument: trust({ Service: 'cloudformation.amazonaws.com' }) })
  await roles.PutRolePolicy({ RoleName: administrationRole, PolicyName: 'assume', PolicyDocument: allow('sts:AssumeRole') })
}
async function makeExecutionRole(account: string, action = '*'): Promise<void> {
  const RoleName = 'AWSCloudFormationStackSetExecutionRole'
  const { iam: roles } = cloud.aws(account)
  await roles.CreateRole({ RoleName, AssumeRolePolicyDocument: trust({ AWS: `arn:aws:iam::${administrator}:role/${administrationRole}` }) })
  await roles.PutRolePolicy({ RoleName, PolicyName: 'work', PolicyDocument: allow(action) })
}

const body = (Value: unknown = { Ref: 'P' }) => JSON.stringify({
  Parameters: { P: { Type: 'String', Default: 'plain' } }, Resources: { A: { Type: 'Test::Thing::Item', Properties: { Value } } },
})
const create = (input: object = {}) => client.createStackSet({ StackSetName, TemplateBody: body(), ...input })
const ended = async (OperationId: string | undefined) => {
  await cloud.settle()
  const operation = (await client.describeStackSetOperation({ StackSetName, OperationId })).StackSetOperation!
  const { Summaries } = await client.listStackSetOperationResults({ StackSetName, OperationId })
  return {
    status: operation.Status, operation, results: Object.fromEntries(Summaries!.map(row => [`${row.Account} ${row.Region}`, row.Status])), summaries: Summaries!
  }
}
const deploy = async (Accounts: string[], Regions: string[], input: object = {}) =>
  ended((await client.createStackInstances({ StackSetName, Accounts, Regions, ...input })).OperationId)
const instance = async (StackInstanceAccount: string, StackInstanceRegion = 'us-east-1') =>
  (await client.describeStackInstance({ StackSetName, StackInstanceAccount, StackInstanceRegion })).StackInstance!
const valueAt = async (account: string, region = 'us-east-1') => {
  const { StackId } = await instance(account, region)
  const { StackResources } = await cloud.aws(account, region).cloudformation.DescribeStackResources({ StackName: StackId })
  return world.standing.get(StackResources![0]!.PhysicalResourceId!)?.properties.Value
}

describe('self-managed stack sets', () => {
  test('need the administration role, and in each account an execution role that trusts it', async () => {
    await create()
    await assert.rejects(client.createStackInstances({ StackSetName, Accounts: [one], Regions: ['us-east-1'] }), {
      name: 'ValidationError', message: `Account ${administrator} should have '${administrationRole}' role with trust relationship to CloudFormation service.`,
    })
    await makeAdministrator()
    const { status, summaries } = await deploy([one], ['us-east-1'])
    assert.equal(status, 'FAILED')
    assert.equal(
      summaries[0]!.StatusReason,
      `Account ${one} should have 'AWSCloudFormationStackSetExecutionRole' role with trust relationship to Role '${administrationRole}'.`
    )
    assert.deepEqual([(await instance(one)).Status, (await instance(one)).StackInstanceStatus], ['OUTDATED', { DetailedStatus: 'FAILED' }])
    await makeExecutionRole(one)
    await makeExecutionRole(two)
    assert.equal((await deploy([one], ['us-east-1'])).status, 'SUCCEEDED')
    assert.equal((await instance(one)).Status, 'CURRENT')
  })

  test('make, update and delete stacks in accounts and regions, with parameters of their own', async () => {
    await create({ Parameters: [{ ParameterKey: 'P', ParameterValue: 'set' }], Tags: [{ Key: 'team', Value: 'fog' }] })
    const { Parameters } = await client.getTemplateSummary({ StackSetName })
    assert.deepEqual(Parameters!.map(parameter => [parameter.ParameterKey, parameter.DefaultValue]), [['P', 'plain']])
    const { status, results } = await deploy([one, two], ['us-east-1', 'eu-west-1'])
    assert.deepEqual(
      [status, results],
      ['SUCCEEDED', Object.fromEntries([one, two].flatMap(account => ['eu-west-1', 'us-east-1'].map(region => [`${account} ${region}`, 'SUCCEEDED'])))]
    )
    assert.equal(await valueAt(two, 'eu-west-1'), 'set')
    const { Stacks } = await cloud.aws(one, 'eu-west-1').cloudformation.DescribeStacks({ StackName: (await instance(one, 'eu-west-1')).StackId })
    assert.match(Stacks![0]!.StackName!, new RegExp(`^StackSet-${StackSetName}-[\\da-f-]{36}$`))
    assert.deepEqual(Stacks![0]!.Tags, [{ Key: 'team', Value: 'fog' }])
    const { OperationId } = await client.updateStackInstances({
      StackSetName, Accounts: [two], Regions: ['eu-west-1'], ParameterOverrides: [{ ParameterKey: 'P', ParameterValue: 'own' }],
    })
    assert.equal((await ended(OperationId)).status, 'SUCCEEDED')
    assert.deepEqual([await valueAt(two, 'eu-west-1'), await valueAt(two)], ['own', 'set'])
    const update = await client.updateStackSet({
      StackSetName, TemplateBody: body({ 'Fn::Sub': '${P}!' }), Parameters: [{ ParameterKey: 'P', UsePreviousValue: true }]
    })
    assert.equal((await ended(update.OperationId)).status, 'SUCCEEDED')
    assert.deepEqual([await valueAt(two, 'eu-west-1'), await valueAt(one)], ['own!', 'set!'])
    await assert.rejects(client.deleteStackSet({ StackSetName }), { name: 'StackSetNotEmptyException' })
    const kept = (await instance(one)).StackId
    const retained = await client.deleteStackInstances({ StackSetName, Accounts: [one], Regions: ['us-east-1'], RetainStacks: true })
    assert.equal((await ended(retained.OperationId)).status, 'SUCCEEDED')
    assert.equal((await cloud.aws(one).cloudformation.DescribeStacks({ StackName: kept })).Stacks![0]!.StackStatus, 'UPDATE_COMPLETE')
    const rest = await client.deleteStackInstances({ StackSetName, Accounts: [one, two], Regions: ['us-east-1', 'eu-west-1'], RetainStacks: false })
    assert.equal((await ended(rest.OperationId)).status, 'SUCCEEDED')
    assert.deepEqual((await client.listStackInstances({ StackSetName })).Summaries, [])
    assert.deepEqual((await cloud.aws(two).cloudformation.DescribeStacks({})).Stacks, [])
    const back = await client.importStacksToStackSet({ StackSetName, StackIds: [kept!] })
    assert.equal((await ended(back.OperationId)).status, 'SUCCEEDED')
    assert.equal((await instance(one)).StackId, kept)
    await ended((await client.deleteStackInstances({ StackSetName, Accounts: [one], Regions: ['us-east-1'], RetainStacks: false })).OperationId)
    await client.deleteStackSet({ StackSetName })
    await assert.rejects(client.describeStackSet({ StackSetName }), { name: 'StackSetNotFoundException', message: `StackSet ${StackSetName} not found` })
    assert.equal((await client.listStackSets({ Status: 'DELETED' })).Summaries!.some(set => set.StackSetName === StackSetName), true)
  })

  test('stop where more accounts fail than may; the reason is the resource\'s', async () => {
    await create()
    world.failing.add('create A')
    const { status, results, summaries } = await deploy([one, two], ['us-east-1', 'eu-west-1'])
    assert.equal(status, 'FAILED')
    assert.deepEqual(results, {
      [`${one} us-east-1`]: 'FAILED', [`${two} us-east-1`]: 'CANCELLED', [`${one} eu-west-1`]: 'CANCELLED', [`${two} eu-west-1`]: 'CANCELLED'
    })
    assert.match(summaries.find(row => row.Status === 'FAILED')!.StatusReason!,
      /^ResourceLogicalId:A, ResourceType:Test::Thing::Item, ResourceStatusReason:Resource handler returned message: "A does not want to create"/)
    assert.equal(summaries.find(row => row.Status === 'CANCELLED')!.StatusReason, 'Cancelled since failure tolerance has exceeded')
    const tolerant = await deploy([one, two], ['us-east-1'], { OperationPreferences: { FailureToleranceCount: 1, MaxConcurrentCount: 2 } })
    assert.deepEqual([tolerant.status, Object.values(tolerant.results)], ['FAILED', ['FAILED', 'FAILED']])
    world.failing.clear()
    const preferences = { OperationPreferences: { RegionConcurrencyType: 'PARALLEL' as const, MaxConcurrentPercentage: 100, FailureTolerancePercentage: 50 } }
    assert.equal((await deploy([one, two], ['us-east-1', 'eu-west-1'], preferences)).status, 'SUCCEEDED')
  })

  test('regions have their order; an operation can be stopped; another one is refused meanwhile, or waits', async () => {
    await create()
    let go = () => {}
    world.pause.go = new Promise(resolve => go = resolve)
    const reached = new Promise<void>(resolve => world.pause.reached = resolve)
    world.pause.at = 'create A'
    const { OperationId } = await client.createStackInstances({
      StackSetName, Accounts: [one], Regions: ['us-east-1', 'eu-west-1'], OperationPreferences: { RegionOrder: ['eu-west-1', 'us-east-1'] },
    })
    await reached
    assert.equal((await instance(one, 'eu-west-1')).StackInstanceStatus!.DetailedStatus, 'RUNNING')
    await assert.rejects(client.createStackInstances({ StackSetName, Accounts: [two], Regions: ['us-east-1'] }), {
      name: 'OperationInProgressException', message: new RegExp(`^Another Operation on StackSet .* is in progress: ${OperationId}$`),
    })
    await client.stopStackSetOperation({ StackSetName, OperationId })
    delete world.pause.at
    go()
    const { status, results } = await ended(OperationId)
    assert.deepEqual([status, results], ['STOPPED', { [`${one} eu-west-1`]: 'SUCCEEDED', [`${one} us-east-1`]: 'CANCELLED' }])
    const operations = (await client.listStackSetOperations({ StackSetName })).Summaries!
    assert.deepEqual(operations.map(operation => [operation.OperationId, operation.Action, operation.Status]), [[OperationId, 'CREATE', 'STOPPED']])
  })

  test('drift of a set is that of its stacks', async () => {
    await create({
      TemplateBody: JSON.stringify({ Resources: { R: { Type: 'AWS::CloudFormation::Macro', Properties: { Name: 'Fog', FunctionName: 'f' } } } }) })
    assert.equal((await deploy([one], ['us-east-1'])).status, 'SUCCEEDED')
    const { OperationId } = await client.detectStackSetDrift({ StackSetName })
    assert.equal((await ended(OperationId)).status, 'SUCCEEDED')
    const details = (await client.describeStackSet({ StackSetName })).StackSet!.StackSetDriftDetectionDetails!
    assert.deepEqual([details.DriftDetectionStatus, details.TotalStackInstancesCount], ['COMPLETED', 1])
    assert.equal((await instance(one)).DriftStatus, details.DriftStatus)
    const { Summaries } = await client.listStackInstanceResourceDrifts({
      StackSetName, OperationId, StackInstanceAccount: one, StackInstanceRegion: 'us-east-1'
    })
    assert.deepEqual(Summaries!.map(row => row.LogicalResourceId), ['R'])
  })

  test('an account whose gate does not say SUCCEEDED is not worked on', async () => {
    await create()
    gate.answer = { Status: 'FAILED' }
    const shut = await deploy([one], ['us-east-1'])
    assert.deepEqual(
      [shut.status, shut.summaries[0]!.AccountGateResult!.Status, shut.summaries[0]!.StatusReason], ['FAILED', 'FAILED', 'Account gate check failed']
    )
    gate.answer = { Status: 'SUCCEEDED' }
    const open = await deploy([one], ['us-east-1'])
    assert.deepEqual([open.status, open.summaries[0]!.AccountGateResult], ['SUCCEEDED', { Status: 'SUCCEEDED' }])
    delete gate.answer
    const none = await deploy([one], ['us-east-1'])
    assert.deepEqual([none.status, none.summaries[0]!.AccountGateResult!.Status], ['SUCCEEDED', 'SKIPPED'])
  })

  test('what is wrong is refused before anything is made', async () => {
    await create()
    await assert.rejects(create(), { name: 'NameAlreadyExistsException' })
    await assert.rejects(client.createStackSet({ StackSetName: 'other', TemplateBody: '{"Resources":{"A":{"Type":"AWS::No::Thing"}}}' }), {
      message: /Unrecognized resource types/
    })
    await assert.rejects(client.createStackInstances({ StackSetName: 'none', Accounts: [one], Regions: ['us-east-1'] }), { name: 'StackSetNotFoundException' })
    await assert.rejects(client.updateStackInstances({ StackSetName, Accounts: [one], Regions: ['us-east-1'] }), { name: 'StackInstanceNotFoundException' })
    const ParameterOverrides = [{ ParameterKey: 'Q', ParameterValue: '1' }]
    await assert.rejects(client.createStackInstances({ StackSetName, Accounts: [one], Regions: ['us-east-1'], ParameterOverrides }),
      { message: 'Parameters: [Q] do not exist in the template' })
    await assert.rejects(client.createStackSet({ StackSetName: 'managed', TemplateBody: body(), PermissionModel: 'SERVICE_MANAGED' }),
      { message: 'You must enable organizations access to operate a service managed stack set' })
  })
})

test('AWS::CloudFormation::StackSet makes a set with its instances, follows its template, and takes both away', async () => {
  const { cloudformation: cfn } = cloud.aws()
  const template = (P: string, regions: string[]) => JSON.stringify({ Resources: { Set: { Type: 'AWS::CloudFormation::StackSet', Properties: {
    StackSetName, PermissionModel: 'SELF_MANAGED', TemplateBody: body(), Parameters: [{ ParameterKey: 'P', ParameterValue: P }],
    StackInstancesGroup: [{ DeploymentTargets: { Accounts: [one] }, Regions: regions }],
  } } } })
  const status = async () => (await cfn.DescribeStacks({ StackName: 'holder' })).Stacks![0]!.StackStatus
  await cfn.CreateStack({ StackName: 'holder', TemplateBody: template('a', ['us-east-1']) })
  await cloud.settle()
  assert.deepEqual([await status(), await valueAt(one)], ['CREATE_COMPLETE', 'a'])
  const drift = async () => (await cfn.DetectStackResourceDrift({ StackName: 'holder', LogicalResourceId: 'Set' })).StackResourceDrift!
  assert.deepEqual((await drift()).PropertyDifferences, [])
  await ended(
    (await client.updateStackSet({ StackSetName, TemplateBody: body('else'), Parameters: [{ ParameterKey: 'P', UsePreviousValue: true }] })).OperationId
  )
  assert.deepEqual((await drift()).PropertyDifferences!.map(difference => difference.PropertyPath), ['/TemplateBody'])
  await ended((await client.updateStackSet({ StackSetName, TemplateBody: body(), Parameters: [{ ParameterKey: 'P', ParameterValue: 'c' }] })).OperationId)
  assert.deepEqual((await drift()).PropertyDifferences!.map(difference => difference.PropertyPath), ['/Parameters/0/ParameterValue'])
  await cfn.UpdateStack({ StackName: 'holder', TemplateBody: template('b', ['eu-west-1']) })
  await cloud.settle()
  assert.deepEqual([await status(), await valueAt(one, 'eu-west-1')], ['UPDATE_COMPLETE', 'b'])
  await assert.rejects(instance(one), { name: 'StackInstanceNotFoundException' })
  await cfn.DeleteStack({ StackName: 'holder' })
  await cloud.settle()
  await assert.rejects(client.describeStackSet({ StackSetName }), { name: 'StackSetNotFoundException' })
})

test('service-managed stack sets reach the accounts of organizational units', async () => {
  const { organizations: orgs } = cloud.aws()
  await orgs.CreateOrganization({ FeatureSet: 'ALL' })
  const { CreateAccountStatus } = await orgs.CreateAccount({ Email: 'member@example.com', AccountName: 'member' })
  await cloud.settle()
  const { CreateAccountStatus: made } = await orgs.DescribeCreateAccountStatus({ CreateAccountRequestId: CreateAccountStatus!.Id })
  const account = made!.AccountId!
  const root = (await orgs.ListRoots({})).Roots![0]!.Id!
  await client.activateOrganizationsAccess({})
  assert.equal((await client.describeOrganizationsAccess({})).Status, 'ENABLED')
  await client.createStackSet({ StackSetName, TemplateBody: body(), PermissionModel: 'SERVICE_MANAGED', AutoDeployment: { Enabled: false } })
  const { OperationId } = await client.createStackInstances({ StackSetName, DeploymentTargets: { OrganizationalUnitIds: [root] }, Regions: ['us-east-1'] })
  const { status, summaries } = await ended(OperationId)
  assert.deepEqual([status, summaries.map(row => [row.Account, row.OrganizationalUnitId])], ['SUCCEEDED', [[account, root]]])
  assert.equal(await valueAt(account), 'plain')
})

test('a stack set of which no stack was compared yet is NOT_CHECKED; one that has none is in sync', () => {
  const drift = { status: 'IN_PROGRESS' as const, at: 0, total: 2, drifted: 0, inSync: 0, failed: 0 }
  const told = (change: Partial<Parameters<typeof driftDetails>[0]>) => driftDetails({ ...drift, ...change }).DriftStatus
  const changes = [{}, { status: 'FAILED' as const, failed: 2 }, { inSync: 1 }, { inSync: 1, drifted: 1 }, { status: 'COMPLETED' as const, total: 0 }]
  assert.deepEqual(changes.map(told), ['NOT_CHECKED', 'NOT_CHECKED', 'IN_SYNC', 'DRIFTED', 'IN_SYNC'])
})
