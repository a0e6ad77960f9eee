import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { STS } from '@aws-sdk/client-sts'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { sts as stsService } from '../../sts/service.ts'
import { iam as iamService } from '../service.ts'

let cloud: TestCloud
let iam: IAM
before(async () => {
  cloud = await startCloud({ services: [iamService, stsService] })
  iam = new IAM(cloud.client)
})
after(async () => {
  iam.destroy()
  await cloud.stop()
})

const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (Action: string, more: object = {}) => document({ Effect: 'Allow', Action, Resource: '*', ...more })
const trust = document({ Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' })
const fails = (work: Promise<unknown>, name: string, message?: RegExp) => assert.rejects(work, (error: any) => {
  assert.equal(error.name, name, error.message)
  if (message) assert.match(error.message, message)
  return true
})
async function userWithKey(UserName: string, PolicyDocument = allow('*'), on = cloud, as = iam) {
  await as.createUser({ UserName })
  await as.putUserPolicy({ UserName, PolicyName: 'p', PolicyDocument })
  const { AccessKey } = await as.createAccessKey({ UserName })
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  return { credentials, iam: new IAM({ ...on.client, credentials }), sts: new STS({ ...on.client, credentials }) }
}

test('account aliases: one for an account, unique in the cloud', async () => {
  await iam.createAccountAlias({ AccountAlias: 'fog-dev' })
  await iam.createAccountAlias({ AccountAlias: 'fog-prod' })
  assert.deepEqual((await iam.listAccountAliases({})).AccountAliases, ['fog-prod'])
  const other = new IAM({ ...cloud.client, credentials: { accessKeyId: '222222222222', secretAccessKey: 'x' } })
  await fails(other.createAccountAlias({ AccountAlias: 'fog-prod' }), 'EntityAlreadyExistsException', /^The account alias fog-prod already exists\.$/)
  await fails(other.deleteAccountAlias({ AccountAlias: 'fog-prod' }), 'NoSuchEntityException')
  await fails(iam.createAccountAlias({ AccountAlias: 'Not--Right' }), 'ValidationError')
  await iam.deleteAccountAlias({ AccountAlias: 'fog-prod' })
  assert.deepEqual((await iam.listAccountAliases({})).AccountAliases, [])
})

test('the password policy: its defaults, its deletion', async () => {
  await fails(iam.getAccountPasswordPolicy({}), 'NoSuchEntityException', /^The Password Policy with domain name 000000000000 cannot be found\.$/)
  await iam.updateAccountPasswordPolicy({ RequireSymbols: true, MaxPasswordAge: 90 })
  assert.deepEqual((await iam.getAccountPasswordPolicy({})).PasswordPolicy, {
    MinimumPasswordLength: 6, RequireSymbols: true, RequireNumbers: false, RequireUppercaseCharacters: false, RequireLowercaseCharacters: false,
    AllowUsersToChangePassword: false,
    ExpirePasswords: true, MaxPasswordAge: 90,
  })
  await iam.deleteAccountPasswordPolicy({})
  await fails(iam.deleteAccountPasswordPolicy({}), 'NoSuchEntityException')
})

test('login profiles: passwords are held to the policy, and changed by who knows them', async () => {
  const eve = await userWithKey('eve')
  const login = { UserName: 'eve', Password: 'Secret-123' }
  await fails(iam.createLoginProfile({ ...login, Password: 'short' }), 'PasswordPolicyViolationException')
  await fails(iam.createLoginProfile({ ...login, Password: 'alllowercase' }), 'PasswordPolicyViolationException')
  assert.equal((await iam.createLoginProfile({ ...login, PasswordResetRequired: true })).LoginProfile!.PasswordResetRequired, true)
  await fails(iam.createLoginProfile(login), 'EntityAlreadyExistsException')
  await fails(eve.iam.changePassword({ OldPassword: 'wrong', NewPassword: 'Other-1234' }), 'AccessDenied', /^The old password was incorrect\.$/)
  await eve.iam.changePassword({ OldPassword: 'Secret-123', NewPassword: 'Other-1234' })
  assert.equal((await iam.getLoginProfile({ UserName: 'eve' })).LoginProfile!.PasswordResetRequired, false)
  await iam.updateAccountPasswordPolicy({ PasswordReusePrevention: 2, MinimumPasswordLength: 8 })
  await fails(iam.updateLoginProfile({ UserName: 'eve', Password: 'Secret-123' }), 'PasswordPolicyViolationException', /reuse/)
  await iam.updateLoginProfile({ UserName: 'eve', Password: 'Third-1234' })
  await iam.deleteAccountPasswordPolicy({})
  await fails(iam.changePassword({ OldPassword: 'a', NewPassword: 'b' }), 'InvalidUserTypeException')
  await fails(iam.deleteUser({ UserName: 'eve' }), 'DeleteConflictException')
  await iam.deleteLoginProfile({ UserName: 'eve' })
  await fails(iam.getLoginProfile({ UserName: 'eve' }), 'NoSuchEntityException', /^Login Profile for User eve cannot be found\.$/)
})

test('UpdateUser: keys, groups, policies and boundary go along with the name; the old name is free', async () => {
  await iam.createGroup({ GroupName: 'crew' })
  const joe = await userWithKey('joe')
  const { User: before } = await iam.getUser({ UserName: 'joe' })
  const basic = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess'
  await iam.addUserToGroup({ GroupName: 'crew', UserName: 'joe' })
  await iam.attachUserPolicy({ UserName: 'joe', PolicyArn: basic })
  await iam.updateUser({ UserName: 'joe', NewUserName: 'Joseph', NewPath: '/crew/' })
  const { User: now } = await iam.getUser({ UserName: 'joseph' })
  assert.deepEqual([now!.UserId, now!.Arn], [before!.UserId, 'arn:aws:iam::000000000000:user/crew/Joseph'])
  assert.equal((await joe.sts.getCallerIdentity({})).Arn, now!.Arn)
  assert.deepEqual((await joe.iam.listAccessKeys({})).AccessKeyMetadata!.map(key => key.UserName), ['Joseph'])
  assert.deepEqual((await iam.getGroup({ GroupName: 'crew' })).Users!.map(user => user.UserName), ['Joseph'])
  assert.deepEqual((await iam.listEntitiesForPolicy({ PolicyArn: basic })).PolicyUsers!.map(user => user.UserName), ['Joseph'])
  await fails(iam.getUser({ UserName: 'joe' }), 'NoSuchEntityException')
  await fails(iam.updateUser({ UserName: 'Joseph', NewUserName: 'EVE' }), 'EntityAlreadyExistsException')
  await iam.updateGroup({ GroupName: 'crew', NewGroupName: 'team', NewPath: '/x/' })
  assert.deepEqual((await iam.listGroupsForUser({ UserName: 'Joseph' })).Groups!.map(group => group.Arn), ['arn:aws:iam::000000000000:group/x/team'])
  await iam.putGroupPolicy({ GroupName: 'team', PolicyName: 'deny', PolicyDocument: document({ Effect: 'Deny', Action: 'iam:ListRoles', Resource: '*' }) })
  await fails(joe.iam.listRoles({}), 'AccessDenied')
})

test('GetAccessKeyLastUsed and RoleLastUsed: when, where and for which service; kept over a restart', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'fogbank-iam-'))
  const first = await startCloud({ services: [iamService, stsService], dataFolder })
  const root = new IAM(first.client)
  const dan = await userWithKey('dan', undefined, first, root)
  const AccessKeyId = dan.credentials.accessKeyId
  assert.deepEqual((await root.getAccessKeyLastUsed({ AccessKeyId })).AccessKeyLastUsed, { ServiceName: 'N/A', Region: 'N/A' })
  await dan.iam.listRoles({})
  const { AccessKeyLastUsed, UserName } = await root.getAccessKeyLastUsed({ AccessKeyId })
  assert.deepEqual(
    [UserName, AccessKeyLastUsed!.ServiceName, AccessKeyLastUsed!.Region, AccessKeyLastUsed!.LastUsedDate!.getTime()],
    ['dan', 'iam', 'us-east-1', first.clock.now()]
  )
  await root.createRole({ RoleName: 'used', AssumeRolePolicyDocument: trust })
  assert.deepEqual((await root.getRole({ RoleName: 'used' })).Role!.RoleLastUsed, {})
  const { Credentials } = await dan.sts.assumeRole({ RoleArn: 'arn:aws:iam::000000000000:role/used', RoleSessionName: 'x1' })
  const session = new IAM({
    ...first.client,
    credentials: { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! }
  })
  await fails(session.listRoles({}), 'AccessDenied')
  assert.equal((await root.getRole({ RoleName: 'used' })).Role!.RoleLastUsed!.Region, 'us-east-1')
  await first.clock.advance(1000)
  await dan.iam.listRoles({})
  const lastAt = first.clock.now()
  await first.stop()
  const second = await startCloud({ services: [iamService, stsService], dataFolder })
  const kept = (await new IAM(second.client).getAccessKeyLastUsed({ AccessKeyId })).AccessKeyLastUsed!
  assert.deepEqual([kept.ServiceName, kept.LastUsedDate!.getTime()], ['iam', lastAt])
  await second.stop()
  await rm(dataFolder, { recursive: true, force: true })
})

test('service-linked roles: named by AWS, changed and deleted only in their own way', async () => {
  const { Role } = await iam.createServiceLinkedRole({ AWSServiceName: 'elasticloadbalancing.amazonaws.com' })
  const RoleName = Role!.RoleName!
  assert.equal(RoleName, 'AWSServiceRoleForElasticLoadBalancing')
  await fails(
    iam.createServiceLinkedRole({ AWSServiceName: 'ecs.amazonaws.com', CustomSuffix: 'x' }), 'InvalidInputException',
    /^Custom suffix is not allowed for ecs.amazonaws.com$/
  )
  const protectedRole = /^Cannot perform the operation on the protected role 'AWSServiceRoleForElasticLoadBalancing' - this role is only modifiable by AWS$/
  await fails(iam.deleteRole({ RoleName }), 'UnmodifiableEntityException', protectedRole)
  await fails(iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: allow('*') }), 'UnmodifiableEntityException', protectedRole)
  await fails(iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: trust }), 'UnmodifiableEntityException', protectedRole)
  await iam.updateRoleDescription({ RoleName, Description: 'may be said' })
  const { DeletionTaskId } = await iam.deleteServiceLinkedRole({ RoleName })
  assert.match(DeletionTaskId!, /^task\/aws-service-role\/elasticloadbalancing.amazonaws.com\/AWSServiceRoleForElasticLoadBalancing\/[0-9a-f-]{36}$/)
  assert.equal((await iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId: DeletionTaskId! })).Status, 'SUCCEEDED')
  await fails(iam.getRole({ RoleName }), 'NoSuchEntityException')
  await fails(iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId: 'task/none' }), 'NoSuchEntityException')
})

test('GetAccountSummary counts, GetAccountAuthorizationDetails tells all, in pages', async () => {
  const there = new IAM({ ...cloud.client, credentials: { accessKeyId: '333333333333', secretAccessKey: 'x' } })
  await there.createUser({ UserName: 'u', Tags: [{ Key: 'a', Value: '1' }] })
  await there.createGroup({ GroupName: 'g' })
  await there.addUserToGroup({ GroupName: 'g', UserName: 'u' })
  await there.createRole({
    RoleName: 'r', AssumeRolePolicyDocument: document({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' })
  })
  await there.putRolePolicy({ RoleName: 'r', PolicyName: 'in', PolicyDocument: allow('s3:*') })
  await there.createInstanceProfile({ InstanceProfileName: 'ip' })
  await there.addRoleToInstanceProfile({ InstanceProfileName: 'ip', RoleName: 'r' })
  const { Policy } = await there.createPolicy({ PolicyName: 'p', PolicyDocument: allow('sqs:*') })
  await there.createPolicyVersion({ PolicyArn: Policy!.Arn!, PolicyDocument: allow('sns:*') })
  await there.attachUserPolicy({ UserName: 'u', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' })
  const { SummaryMap } = await there.getAccountSummary({})
  assert.deepEqual(['Users', 'Groups', 'Roles', 'Policies', 'InstanceProfiles'].map(name => SummaryMap![name as 'Users']), [1, 1, 1, 1, 1])
  const all = await there.getAccountAuthorizationDetails({})
  assert.deepEqual(
    all.UserDetailList!.map(user => [user.UserName, user.GroupList, user.AttachedManagedPolicies!.map(one => one.PolicyName)]),
    [['u', ['g'], ['AdministratorAccess']]]
  )
  assert.deepEqual(
    all.RoleDetailList!.map(role => [role.RoleName, role.RolePolicyList![0]!.PolicyName, role.InstanceProfileList![0]!.InstanceProfileName]),
    [['r', 'in', 'ip']]
  )
  assert.deepEqual(all.Policies!.map(policy => [policy.PolicyName, policy.PolicyVersionList!.length]), [['p', 2], ['AdministratorAccess', 1]])
  const first = await there.getAccountAuthorizationDetails({ Filter: ['User', 'Group'], MaxItems: 1 })
  const rest = await there.getAccountAuthorizationDetails({ Filter: ['User', 'Group'], MaxItems: 1, Marker: first.Marker! })
  assert.deepEqual([first.UserDetailList!.length, rest.GroupDetailList!.length, rest.IsTruncated], [1, 1, false])
})

test('the credential report: a line for the root and for each user', async () => {
  const there = new IAM({ ...cloud.client, credentials: { accessKeyId: '444444444444', secretAccessKey: 'x' } })
  await fails(there.getCredentialReport({}), 'CredentialReportNotPresentException')
  await there.createUser({ UserName: 'kay' })
  await there.createAccessKey({ UserName: 'kay' })
  assert.equal((await there.generateCredentialReport({})).State, 'STARTED')
  assert.equal((await there.generateCredentialReport({})).State, 'COMPLETE')
  const { Content, ReportFormat } = await there.getCredentialReport({})
  const [head, root, kay] = Buffer.from(Content!).toString().split('\n').map(line => line.split(','))
  assert.equal(ReportFormat, 'text/csv')
  assert.equal(root![0], '<root_account>')
  const column = (name: string) => kay![head!.indexOf(name)]
  assert.deepEqual(
    [column('user'), column('access_key_1_active'), column('access_key_2_active'), column('password_enabled'), kay!.length],
    ['kay', 'true', 'false', 'false', head!.length]
  )
  await cloud.clock.advance(4 * 3_600_000)
  await fails(there.getCredentialReport({}), 'CredentialReportExpiredException')
})

test('ListPoliciesGrantingServiceAccess: which policies give a service', async () => {
  const { Role } = await iam.createRole({ RoleName: 'granting', AssumeRolePolicyDocument: trust })
  await iam.putRolePolicy({ RoleName: 'granting', PolicyName: 'queues', PolicyDocument: allow('sqs:SendMessage') })
  await iam.attachRolePolicy({ RoleName: 'granting', PolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' })
  const { PoliciesGrantingServiceAccess } = await iam.listPoliciesGrantingServiceAccess({ Arn: Role!.Arn!, ServiceNamespaces: ['sqs', 's3', 'iam'] })
  assert.deepEqual(PoliciesGrantingServiceAccess!.map(one => [one.ServiceNamespace, one.Policies!.map(policy => policy.PolicyName)]),
    [['sqs', ['queues', 'PowerUserAccess']], ['s3', ['PowerUserAccess']], ['iam', ['PowerUserAccess']]])
})

test('instance profiles carry tags', async () => {
  await iam.createInstanceProfile({ InstanceProfileName: 'tagged', Tags: [{ Key: 'a', Value: '1' }] })
  await iam.tagInstanceProfile({ InstanceProfileName: 'tagged', Tags: [{ Key: 'b', Value: '2' }] })
  await iam.untagInstanceProfile({ InstanceProfileName: 'tagged', TagKeys: ['a'] })
  assert.deepEqual((await iam.listInstanceProfileTags({ InstanceProfileName: 'tagged' })).Tags, [{ Key: 'b', Value: '2' }])
})
