import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { STS } from '@aws-sdk/client-sts'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { iam as iamService } from './service.ts'
import { sts as stsService } from '../sts/service.ts'

let cloud: TestCloud
let iam: IAM
let sts: STS

before(async () => {
  cloud = await startCloud({ services: [iamService, stsService] })
  iam = new IAM(cloud.client)
  sts = new STS(cloud.client)
})
after(() => cloud.stop())

const account = '000000000000'
const document = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const trust = (Principal: unknown = { AWS: account }, more: object = {}) =>
  document({ Effect: 'Allow', Principal, Action: ['sts:AssumeRole', 'sts:TagSession'], ...more })
const allow = (Action: string, Resource = '*') => document({ Effect: 'Allow', Action, Resource })

const role = async (RoleName: string, AssumeRolePolicyDocument = trust()) => (await iam.createRole({ RoleName, AssumeRolePolicyDocument })).Role!
async function session(RoleName: string, more: object = {}) {
  const { Credentials } = await sts.assumeRole({ RoleArn: `arn:aws:iam::${account}:role/${RoleName}`, RoleSessionName: 'one', ...more })
  const credentials = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! }
  return { iam: new IAM({ ...cloud.client, credentials }), sts: new STS({ ...cloud.client, credentials }), credentials }
}
const rejects = (work: Promise<unknown>, name: string, message?: RegExp | string) => assert.rejects(work, (error: any) => {
  assert.equal(error.name, name, error.message)
  if (typeof message === 'string') assert.equal(error.message, message)
  else if (message) assert.match(error.message, message)
  return true
})

test('CreateRole: the role is there, with its trust policy percent-encoded', async () => {
  const made = await role('made')
  assert.match(made.RoleId!, /^AROA[A-Z2-7]{17}$/)
  assert.equal(made.Arn, `arn:aws:iam::${account}:role/made`)
  const { Role } = await iam.getRole({ RoleName: 'made' })
  assert.equal(decodeURIComponent(Role!.AssumeRolePolicyDocument!), trust())
  assert.equal(Role!.MaxSessionDuration, 3600)
  await rejects(role('Made'), 'EntityAlreadyExistsException', 'Role with name Made already exists.')
  await rejects(iam.getRole({ RoleName: 'none' }), 'NoSuchEntityException', 'The role with name none cannot be found.')
  await rejects(role('bad', '{'), 'MalformedPolicyDocumentException', 'This policy contains invalid Json')
  await rejects(role('bad', document({ Effect: 'Allow', Action: 'sts:AssumeRole' })), 'MalformedPolicyDocumentException')
})

test('PutRolePolicy: a session may do what the policy says, from the next call on, until the policy goes', async () => {
  await role('worker')
  const worker = await session('worker')
  const who = 'User: arn:aws:sts::000000000000:assumed-role/worker/one'
  const why = 'because no identity-based policy allows the iam:ListRoles action'
  await rejects(worker.iam.listRoles({}), 'AccessDenied', new RegExp(`^${who} is not authorized to perform: iam:ListRoles on resource: .* ${why}$`))
  await iam.putRolePolicy({ RoleName: 'worker', PolicyName: 'list', PolicyDocument: allow('iam:ListRoles') })
  await worker.iam.listRoles({})
  assert.deepEqual((await iam.listRolePolicies({ RoleName: 'worker' })).PolicyNames, ['list'])
  const kept = await iam.getRolePolicy({ RoleName: 'worker', PolicyName: 'list' })
  assert.equal(decodeURIComponent(kept.PolicyDocument!), allow('iam:ListRoles'))
  await iam.deleteRolePolicy({ RoleName: 'worker', PolicyName: 'list' })
  await rejects(worker.iam.listRoles({}), 'AccessDenied')
  await rejects(iam.deleteRolePolicy({ RoleName: 'worker', PolicyName: 'list' }), 'NoSuchEntityException', 'The role policy with name list cannot be found.')
})

test('AttachRolePolicy: AWS\'s policies and the account\'s own, by their default version', async () => {
  await role('attached')
  const worker = await session('attached')
  const PolicyArn = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess'
  await iam.attachRolePolicy({ RoleName: 'attached', PolicyArn })
  await worker.iam.listRoles({})
  await iam.detachRolePolicy({ RoleName: 'attached', PolicyArn })
  const { Policy } = await iam.createPolicy({ PolicyName: 'own', PolicyDocument: allow('iam:GetRole') })
  await iam.attachRolePolicy({ RoleName: 'attached', PolicyArn: Policy!.Arn! })
  await rejects(worker.iam.listRoles({}), 'AccessDenied')
  await iam.createPolicyVersion({ PolicyArn: Policy!.Arn!, PolicyDocument: allow('iam:ListRoles'), SetAsDefault: true })
  await worker.iam.listRoles({})
  await iam.setDefaultPolicyVersion({ PolicyArn: Policy!.Arn!, VersionId: 'v1' })
  await rejects(worker.iam.listRoles({}), 'AccessDenied')
  assert.deepEqual(
    (await iam.listPolicyVersions({ PolicyArn: Policy!.Arn! })).Versions!.map(one => [one.VersionId, one.IsDefaultVersion]), [['v2', false], ['v1', true]]
  )
  assert.equal((await iam.getPolicy({ PolicyArn: Policy!.Arn! })).Policy!.AttachmentCount, 1)
  await rejects(iam.deletePolicy({ PolicyArn: Policy!.Arn! }), 'DeleteConflictException', 'Cannot delete a policy attached to entities.')
  await rejects(iam.deleteRole({ RoleName: 'attached' }), 'DeleteConflictException', 'Cannot delete entity, must detach all policies first.')
  const none = 'arn:aws:iam::aws:policy/None'
  await rejects(
    iam.attachRolePolicy({ RoleName: 'attached', PolicyArn: none }), 'NoSuchEntityException',
    'Policy arn:aws:iam::aws:policy/None does not exist or is not attachable.'
  )
})

test('GetPolicyVersion: the document of an AWS managed policy', async () => {
  const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole', VersionId: 'v1' })
  assert.deepEqual(
    JSON.parse(decodeURIComponent(PolicyVersion!.Document!)).Statement[0].Action, ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
  )
})

test('PutRolePermissionsBoundary: what the boundary does not allow is denied', async () => {
  await role('bounded')
  await iam.putRolePolicy({ RoleName: 'bounded', PolicyName: 'all', PolicyDocument: allow('*') })
  const worker = await session('bounded')
  await worker.iam.listRoles({})
  await iam.putRolePermissionsBoundary({ RoleName: 'bounded', PermissionsBoundary: 'arn:aws:iam::aws:policy/AmazonSQSFullAccess' })
  await rejects(worker.iam.listRoles({}), 'AccessDenied', /because no permissions boundary allows the iam:ListRoles action$/)
  await iam.deleteRolePermissionsBoundary({ RoleName: 'bounded' })
  await worker.iam.listRoles({})
})

test('AssumeRole: whom the trust policy does not name is denied, and so is a role that is not there', async () => {
  await role('trusting', trust({ Service: 'lambda.amazonaws.com' }))
  const denied = (name: string) =>
    `User: arn:aws:iam::${account}:root is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${account}:role/${name}`
  await rejects(session('trusting'), 'AccessDenied', denied('trusting'))
  await rejects(session('absent'), 'AccessDenied', denied('absent'))
})

test('AssumeRole: external ids and session policies', async () => {
  await role('outside', trust({ AWS: account }, { Condition: { StringEquals: { 'sts:ExternalId': 'secret' } } }))
  await rejects(session('outside'), 'AccessDenied')
  await iam.putRolePolicy({ RoleName: 'outside', PolicyName: 'all', PolicyDocument: allow('*') })
  const worker = await session('outside', { ExternalId: 'secret', Policy: allow('iam:GetRole') })
  await rejects(worker.iam.listRoles({}), 'AccessDenied', /because no session policy allows/)
  await worker.iam.getRole({ RoleName: 'outside' })
  await rejects(
    session('outside', { ExternalId: 'secret', DurationSeconds: 7200 }), 'ValidationError',
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'
  )
})

test('AssumeRole: session tags speak in policies', async () => {
  await role('tagged')
  await iam.putRolePolicy({
    RoleName: 'tagged', PolicyName: 'blue',
    PolicyDocument: document({ Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } } }),
  })
  await rejects((await session('tagged')).iam.listRoles({}), 'AccessDenied')
  await (await session('tagged', { Tags: [{ Key: 'team', Value: 'blue' }] })).iam.listRoles({})
})

test('GetCallerIdentity: root by default, by account, and of a session', async () => {
  assert.equal((await sts.getCallerIdentity({})).Arn, `arn:aws:iam::${account}:root`)
  const other = new STS({ ...cloud.client, credentials: { accessKeyId: '123456789012', secretAccessKey: 'x' } })
  assert.equal((await other.getCallerIdentity({})).Account, '123456789012')
  const made = await role('who')
  const worker = await session('who')
  const { Arn, UserId } = await worker.sts.getCallerIdentity({})
  assert.equal(Arn, `arn:aws:sts::${account}:assumed-role/who/one`)
  assert.equal(UserId, `${made.RoleId}:one`)
  assert.equal((await sts.getAccessKeyInfo({ AccessKeyId: worker.credentials.accessKeyId })).Account, account)
})

test('a session ends at its time, and with its role', async () => {
  await role('short')
  await iam.putRolePolicy({ RoleName: 'short', PolicyName: 'all', PolicyDocument: allow('*') })
  const worker = await session('short', { DurationSeconds: 900 })
  await worker.iam.listRoles({})
  await iam.deleteRolePolicy({ RoleName: 'short', PolicyName: 'all' })
  await iam.deleteRole({ RoleName: 'short' })
  await role('short')
  await iam.putRolePolicy({ RoleName: 'short', PolicyName: 'all', PolicyDocument: allow('*') })
  await rejects(worker.iam.listRoles({}), 'AccessDenied')
  await cloud.clock.advance(901_000)
  await rejects(worker.sts.getCallerIdentity({}), 'ExpiredToken')
})

test('a session with a wrong secret or without its token is refused', async () => {
  await role('strict')
  const { credentials } = await session('strict')
  const wrong = new STS({ ...cloud.client, credentials: { ...credentials, secretAccessKey: 'wrong' } })
  await rejects(wrong.getCallerIdentity({}), 'SignatureDoesNotMatch')
  const { accessKeyId, secretAccessKey } = credentials
  await rejects(new STS({ ...cloud.client, credentials: { accessKeyId, secretAccessKey } }).getCallerIdentity({}), 'InvalidClientTokenId')
})

test('ListRoles: pages by name, under a path', async () => {
  for (const name of ['p1', 'p2', 'p3']) await iam.createRole({ RoleName: name, Path: '/pages/', AssumeRolePolicyDocument: trust() })
  const first = await iam.listRoles({ PathPrefix: '/pages/', MaxItems: 2 })
  assert.deepEqual(first.Roles!.map(one => one.RoleName), ['p1', 'p2'])
  assert.equal(first.IsTruncated, true)
  const second = await iam.listRoles({ PathPrefix: '/pages/', MaxItems: 2, Marker: first.Marker! })
  assert.deepEqual(second.Roles!.map(one => one.RoleName), ['p3'])
})

test('TagRole and UntagRole: keys are the same in any case', async () => {
  await role('labelled')
  await iam.tagRole({ RoleName: 'labelled', Tags: [{ Key: 'Stage', Value: 'dev' }] })
  await iam.tagRole({ RoleName: 'labelled', Tags: [{ Key: 'stage', Value: 'prod' }, { Key: 'x', Value: '1' }] })
  await iam.untagRole({ RoleName: 'labelled', TagKeys: ['X'] })
  assert.deepEqual((await iam.listRoleTags({ RoleName: 'labelled' })).Tags, [{ Key: 'stage', Value: 'prod' }])
})
