import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ResourceContext } from '../../platform/resource-type.ts'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { resourceTypes } from './cloudformation.ts'
import { iam as iamService } from './service.ts'

let cloud: TestCloud
let context: ResourceContext
before(async () => {
  cloud = await startCloud({ services: [iamService] })
  let count = 0
  context = {
    aws: cloud.aws(), account: '000000000000', region: 'us-east-1', partition: 'aws', stackName: 'stack', stackId: 'id', logicalId: 'Thing',
    generatedName: () => `stack-Thing-${++count}`, tags: { team: 'fog', 'aws:cloudformation:stack-name': 'stack' }, wait: () => cloud.settle(),
    endpoint: cloud.endpoint,
  }
})
after(() => cloud.stop())

const type = (name: string) => resourceTypes[`AWS::IAM::${name}`]!
const document = (Action: string) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
const basic = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'

test('AWS::IAM::Role: made with its policies, changed in place, deleted whole', async () => {
  const { iam } = context.aws
  const first = { AssumeRolePolicyDocument: trust, ManagedPolicyArns: [basic], Policies: [{ PolicyName: 'a', PolicyDocument: document('sqs:*') }] }
  const made = await type('Role').create(context, first)
  assert.equal(made.attributes!.Arn, `arn:aws:iam::000000000000:role/${made.id}`)
  assert.deepEqual((await iam.ListRoleTags({ RoleName: made.id })).Tags, [{ Key: 'team', Value: 'fog' }])
  const second = { AssumeRolePolicyDocument: trust, Policies: [{ PolicyName: 'b', PolicyDocument: document('sns:*') }], MaxSessionDuration: '7200' }
  await type('Role').update!(context, made.id, second, first)
  assert.deepEqual((await iam.ListRolePolicies({ RoleName: made.id })).PolicyNames, ['b'])
  assert.deepEqual((await iam.ListAttachedRolePolicies({ RoleName: made.id })).AttachedPolicies, [])
  assert.equal((await iam.GetRole({ RoleName: made.id })).Role!.MaxSessionDuration, 7200)
  await type('Role').delete(context, made.id, second)
  await type('Role').delete(context, made.id, second)
  await assert.rejects(iam.GetRole({ RoleName: made.id }))
})

test('AWS::IAM::Role: nothing is left of one whose policies are refused', async () => {
  await assert.rejects(type('Role').create(context, { RoleName: 'half', AssumeRolePolicyDocument: trust, ManagedPolicyArns: ['arn:aws:iam::aws:policy/None'] }))
  await assert.rejects(context.aws.iam.GetRole({ RoleName: 'half' }))
})

test('AWS::IAM::Policy and AWS::IAM::ManagedPolicy: on the roles they name', async () => {
  const { iam } = context.aws
  for (const RoleName of ['one', 'two']) await iam.CreateRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) })
  const inline = { PolicyName: 'p', PolicyDocument: document('sqs:*'), Roles: ['one'] }
  const { id } = await type('Policy').create(context, inline)
  await type('Policy').update!(context, id, { ...inline, Roles: ['two'] }, inline)
  assert.deepEqual((await iam.ListRolePolicies({ RoleName: 'one' })).PolicyNames, [])
  assert.deepEqual((await iam.ListRolePolicies({ RoleName: 'two' })).PolicyNames, ['p'])
  await type('Policy').delete(context, id, { ...inline, Roles: ['two'] })
  let managed: any = { PolicyDocument: document('sqs:*'), Roles: ['one'] }
  const made = await type('ManagedPolicy').create(context, managed)
  for (const action of ['sns:*', 's3:*', 'ssm:*', 'kms:*', 'logs:*', 'ec2:*']) {
    const next = { PolicyDocument: document(action), Roles: ['two'] }
    await type('ManagedPolicy').update!(context, made.id, next, managed)
    managed = next
  }
  assert.equal((await iam.ListPolicyVersions({ PolicyArn: made.id })).Versions!.length, 5)
  assert.deepEqual((await iam.ListEntitiesForPolicy({ PolicyArn: made.id })).PolicyRoles!.map(role => role.RoleName), ['two'])
  await type('ManagedPolicy').delete(context, made.id, managed)
  await assert.rejects(iam.GetPolicy({ PolicyArn: made.id }))
})

test('AWS::IAM::User, Group, AccessKey and InstanceProfile', async () => {
  const { iam } = context.aws
  const group = await type('Group').create(context, { Policies: [{ PolicyName: 'a', PolicyDocument: document('sqs:*') }] })
  const user = await type('User').create(context, { Groups: [group.id], ManagedPolicyArns: [basic] })
  const key = await type('AccessKey').create(context, { UserName: user.id })
  assert.equal((key.attributes!.SecretAccessKey as string).length, 40)
  const profile = await type('InstanceProfile').create(context, { Roles: ['one'] })
  assert.equal((await iam.GetInstanceProfile({ InstanceProfileName: profile.id })).InstanceProfile!.Roles![0]!.RoleName, 'one')
  await type('InstanceProfile').delete(context, profile.id, { Roles: ['one'] })
  await type('AccessKey').delete(context, key.id, { UserName: user.id })
  await type('User').delete(context, user.id, {})
  await type('Group').delete(context, group.id, {})
  assert.deepEqual((await iam.ListUsers({})).Users, [])
})

test('AWS::IAM::RolePolicy, UserPolicy and GroupPolicy: an inline policy as a resource of its own', async () => {
  const { iam } = context.aws
  await iam.CreateRole({ RoleName: 'three', AssumeRolePolicyDocument: JSON.stringify(trust) })
  const first = { PolicyName: 'p', RoleName: 'three', PolicyDocument: document('sqs:*') }
  const { id } = await type('RolePolicy').create(context, first)
  assert.equal(id, 'p|three')
  await type('RolePolicy').update!(context, id, { ...first, PolicyDocument: document('sns:*') }, first)
  assert.match(decodeURIComponent((await iam.GetRolePolicy({ RoleName: 'three', PolicyName: 'p' })).PolicyDocument!), /sns:\*/)
  await type('RolePolicy').delete(context, id, first)
  await type('RolePolicy').delete(context, id, first)
  assert.deepEqual((await iam.ListRolePolicies({ RoleName: 'three' })).PolicyNames, [])
})

test('AWS::IAM::User: its password and its path change in place', async () => {
  const { iam } = context.aws
  const first = { UserName: 'pat', LoginProfile: { Password: 'First-1234', PasswordResetRequired: 'true' } }
  const { id } = await type('User').create(context, first)
  assert.equal((await iam.GetLoginProfile({ UserName: id })).LoginProfile!.PasswordResetRequired, true)
  const changed = await type('User').update!(context, id, { UserName: 'pat', Path: '/x/' }, first)
  assert.equal(changed.attributes!.Arn, 'arn:aws:iam::000000000000:user/x/pat')
  await assert.rejects(iam.GetLoginProfile({ UserName: id }))
  const key = await type('AccessKey').create(context, { UserName: id })
  assert.equal((await type('AccessKey').update!(context, key.id, { UserName: id, Status: 'Inactive' }, { UserName: id })).attributes, undefined)
  assert.equal((await iam.ListAccessKeys({ UserName: id })).AccessKeyMetadata![0]!.Status, 'Inactive')
  await type('AccessKey').delete(context, key.id, { UserName: id })
  await type('User').delete(context, id, {})
})

test('AWS::IAM::OIDCProvider, ServiceLinkedRole and VirtualMFADevice', async () => {
  const { iam } = context.aws
  const provider = { Url: 'https://id.example.com', ClientIdList: ['a', 'b'] }
  const made = await type('OIDCProvider').create(context, provider)
  await type('OIDCProvider').update!(context, made.id, { ...provider, ClientIdList: ['b', 'c'], ThumbprintList: ['a'.repeat(40)] }, provider)
  const found = await iam.GetOpenIDConnectProvider({ OpenIDConnectProviderArn: made.id })
  assert.deepEqual([found.ClientIDList, found.ThumbprintList, found.Tags], [['b', 'c'], ['a'.repeat(40)], [{ Key: 'team', Value: 'fog' }]])
  await type('OIDCProvider').delete(context, made.id, provider)
  const linked = await type('ServiceLinkedRole').create(context, { AWSServiceName: 'autoscaling.amazonaws.com', CustomSuffix: 'x' })
  assert.equal(linked.id, 'AWSServiceRoleForAutoScaling_x')
  await type('ServiceLinkedRole').update!(context, linked.id, { AWSServiceName: 'autoscaling.amazonaws.com', CustomSuffix: 'x', Description: 'd' }, {})
  assert.equal((await iam.GetRole({ RoleName: linked.id })).Role!.Description, 'd')
  await type('ServiceLinkedRole').delete(context, linked.id, {})
  await type('ServiceLinkedRole').delete(context, linked.id, {})
  await iam.CreateUser({ UserName: 'mfa' })
  const device = await type('VirtualMFADevice').create(context, { Users: ['mfa'], VirtualMfaDeviceName: 'phone' })
  assert.equal(device.id, 'arn:aws:iam::000000000000:mfa/phone')
  await assert.rejects(type('VirtualMFADevice').create(context, { Users: ['nobody'] }))
  await type('VirtualMFADevice').delete(context, device.id, { Users: ['mfa'] })
  await iam.DeleteUser({ UserName: 'mfa' })
})
