import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { testStack } from '../../../testing/stack.ts'
import { iam } from '../../iam/service.ts'
import { organizations } from '../../organizations/service.ts'
import { s3 } from '../../s3/service.ts'
import { sts } from '../../sts/service.ts'
import { cloudformation } from '../service.ts'
import { things } from '../things.testing.ts'

const world = things()
const member = 'member.org.stacksets.cloudformation.amazonaws.com'
let cloud: TestCloud
let rootId = ''
/** The management account's view, and those of the account that administers stack sets and of one that does not. */
let manager: CloudFormation
let administrator: CloudFormation
let other: CloudFormation
let administrators = ''
let others = ''
let number = 0
let StackSetName = ''
const CallAs = 'DELEGATED_ADMIN'
const as = (account: string) => ({ ...cloud.client, credentials: { accessKeyId: account, secretAccessKey: 'x' } })
before(async () => {
  cloud = await startCloud({ services: [cloudformation, iam, sts, s3, organizations, world.service] })
  const { organizations: orgs } = cloud.aws()
  await orgs.CreateOrganization({ FeatureSet: 'ALL' })
  rootId = (await orgs.ListRoots({})).Roots![0]!.Id!
  const made: string[] = []
  for (const name of ['one', 'two']) {
    const { CreateAccountStatus } = await orgs.CreateAccount({ AccountName: name, Email: `${name}@example.com` })
    await cloud.settle()
    made.push((await orgs.DescribeCreateAccountStatus({ CreateAccountRequestId: CreateAccountStatus!.Id })).CreateAccountStatus!.AccountId!)
  }
  ;[administrators, others] = made as [string, string]
  ;[manager, administrator, other] = [new CloudFormation(cloud.client), new CloudFormation(as(administrators)), new CloudFormation(as(others))]
  await manager.activateOrganizationsAccess({})
  await orgs.RegisterDelegatedAdministrator({ AccountId: administrators, ServicePrincipal: member })
})
after(() => cloud.stop())
beforeEach(() => { StackSetName = `set-${++number}` })

const TemplateBody = JSON.stringify({ Resources: { A: { Type: 'Test::Thing::Item', Properties: {} } } })
const managed = { PermissionModel: 'SERVICE_MANAGED', AutoDeployment: { Enabled: true }, TemplateBody } as const

test('a delegated administrator works on the service-managed sets of the management account, and is deployed to itself', async () => {
  const { StackSetId } = await administrator.createStackSet({ StackSetName, ...managed, CallAs })
  const { OperationId } = await administrator.createStackInstances({
    StackSetName, CallAs, DeploymentTargets: { OrganizationalUnitIds: [rootId] }, Regions: ['us-east-1'],
  })
  await cloud.settle()
  const { StackSetOperation } = await administrator.describeStackSetOperation({ StackSetName, OperationId, CallAs })
  assert.equal(StackSetOperation!.Status, 'SUCCEEDED')
  const accounts = async (client: CloudFormation, more: object) =>
    (await client.listStackInstances({ StackSetName, ...more })).Summaries!.map(row => row.Account).sort()
  assert.deepEqual([await accounts(administrator, { CallAs }), await accounts(manager, {})], Array(2).fill([administrators, others].sort()))
  const { StackSet } = await manager.describeStackSet({ StackSetName })
  assert.equal(StackSet!.StackSetId, StackSetId)
  assert.equal(StackSet!.StackSetARN, `arn:aws:cloudformation:us-east-1:000000000000:stackset/${StackSetId}`)
  await assert.rejects(administrator.describeStackSet({ StackSetName }), { name: 'StackSetNotFoundException' })
  assert.deepEqual((await administrator.getTemplateSummary({ StackSetName, CallAs })).ResourceTypes, ['Test::Thing::Item'])
  assert.equal((await administrator.describeOrganizationsAccess({ CallAs })).Status, 'ENABLED')
  await administrator.deleteStackInstances({
    StackSetName, CallAs, DeploymentTargets: { OrganizationalUnitIds: [rootId] }, Regions: ['us-east-1'], RetainStacks: false,
  })
  await cloud.settle()
  await administrator.deleteStackSet({ StackSetName, CallAs })
  await assert.rejects(manager.describeStackSet({ StackSetName }), { name: 'StackSetNotFoundException' })
})

test('self-managed sets of the management account are none of its business', async () => {
  await manager.createStackSet({ StackSetName, TemplateBody })
  await manager.createStackSet({ StackSetName: `${StackSetName}-managed`, ...managed })
  await assert.rejects(administrator.describeStackSet({ StackSetName, CallAs }), { name: 'StackSetNotFoundException' })
  await assert.rejects(administrator.deleteStackSet({ StackSetName, CallAs }), { name: 'StackSetNotFoundException' })
  const names = async (client: CloudFormation, more: object) =>
    (await client.listStackSets({ Status: 'ACTIVE', ...more })).Summaries!.map(set => set.StackSetName)
  assert.deepEqual([await names(administrator, { CallAs }), await names(administrator, {})], [[`${StackSetName}-managed`], []])
  assert.deepEqual((await names(manager, {})).sort(), [StackSetName, `${StackSetName}-managed`])
  await assert.rejects(administrator.createStackSet({ StackSetName, ...managed, CallAs }), { name: 'NameAlreadyExistsException' })
  await assert.rejects(administrator.createStackSet({ StackSetName: 'x', TemplateBody, CallAs }), { name: 'ValidationError' })
})

test('who is not registered, or may not ask who is, is refused; so is a member that does not say that it is delegated', async () => {
  const refused = { name: 'ValidationError', message: 'Account used is not a delegated administrator' }
  await assert.rejects(other.listStackSets({ CallAs }), refused)
  await assert.rejects(manager.listStackSets({ CallAs }), refused)
  await assert.rejects(other.describeOrganizationsAccess({ CallAs }), { name: 'InvalidOperationException', message: refused.message })
  await assert.rejects(administrator.createStackSet({ StackSetName, ...managed }), {
    message: 'You must enable organizations access to operate a service managed stack set',
  })
  const { iam: users } = cloud.aws(administrators)
  await users.CreateUser({ UserName: 'u' })
  const allow = (...Action: string[]) => users.PutUserPolicy({
    UserName: 'u', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }),
  })
  const { AccessKey } = await users.CreateAccessKey({ UserName: 'u' })
  const user = new CloudFormation({ ...cloud.client, credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! } })
  await allow('cloudformation:ListStackSets')
  await assert.rejects(user.listStackSets({ CallAs }), refused)
  await allow('cloudformation:ListStackSets', 'organizations:ListDelegatedAdministrators')
  await user.listStackSets({ CallAs })
  await allow('organizations:ListDelegatedAdministrators')
  await assert.rejects(user.listStackSets({ CallAs }), { name: /AccessDenied/ })
})

test('a template of the administrator\'s own bucket; AWS::CloudFormation::StackSet in a stack of the administrator', async () => {
  const { s3: buckets } = cloud.aws(administrators)
  await buckets.CreateBucket({ Bucket: 'templates-of-one' })
  await buckets.PutObject({ Bucket: 'templates-of-one', Key: 't.json', Body: Buffer.from(TemplateBody) as never })
  const stack = testStack(cloud, StackSetName, as(administrators))
  await stack.create({ Set: { Type: 'AWS::CloudFormation::StackSet', Properties: {
    StackSetName, PermissionModel: 'SERVICE_MANAGED', TemplateURL: 'https://templates-of-one.s3.amazonaws.com/t.json', AutoDeployment: { Enabled: true },
    CallAs,
    StackInstancesGroup: [{ DeploymentTargets: { OrganizationalUnitIds: [rootId] }, Regions: ['us-east-1'] }],
  } } })
  assert.equal((await manager.listStackInstances({ StackSetName })).Summaries!.length, 2)
  assert.deepEqual(await stack.drifts(), { Set: 'IN_SYNC' })
  await administrator.deleteStack({ StackName: StackSetName })
  await cloud.settle()
  await assert.rejects(manager.describeStackSet({ StackSetName }), { name: 'StackSetNotFoundException' })
})
