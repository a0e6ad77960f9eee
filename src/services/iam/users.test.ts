import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { STS } from '@aws-sdk/client-sts'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { iam as iamService } from './service.ts'
import { sts as stsService } from '../sts/service.ts'

let cloud: TestCloud
let iam: IAM

before(async () => {
  cloud = await startCloud({ services: [iamService, stsService] })
  iam = new IAM(cloud.client)
})
after(() => cloud.stop())

const allow = (Action: string) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
const named = (name: string) => (error: any) => {
  assert.equal(error.name, name, error.message)
  return true
}

async function userWithKey(UserName: string) {
  await iam.createUser({ UserName })
  const { AccessKey } = await iam.createAccessKey({ UserName })
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  return { credentials, iam: new IAM({ ...cloud.client, credentials }), sts: new STS({ ...cloud.client, credentials }) }
}

test('CreateAccessKey: the key signs for its user until it is switched off or deleted', async () => {
  const ann = await userWithKey('ann')
  assert.match(ann.credentials.accessKeyId, /^AKIA[A-Z2-7]{16}$/)
  assert.equal((await ann.sts.getCallerIdentity({})).Arn, 'arn:aws:iam::000000000000:user/ann')
  const wrong = new STS({ ...cloud.client, credentials: { ...ann.credentials, secretAccessKey: 'wrong' } })
  await assert.rejects(wrong.getCallerIdentity({}), named('SignatureDoesNotMatch'))
  const key = { UserName: 'ann', AccessKeyId: ann.credentials.accessKeyId }
  await iam.updateAccessKey({ ...key, Status: 'Inactive' })
  await assert.rejects(ann.sts.getCallerIdentity({}), named('InvalidClientTokenId'))
  await iam.updateAccessKey({ ...key, Status: 'Active' })
  await ann.sts.getCallerIdentity({})
  await iam.createAccessKey({ UserName: 'ann' })
  assert.equal((await iam.listAccessKeys({ UserName: 'ann' })).AccessKeyMetadata!.length, 2)
  await assert.rejects(iam.createAccessKey({ UserName: 'ann' }), named('LimitExceededException'))
  await assert.rejects(iam.deleteUser({ UserName: 'ann' }), named('DeleteConflictException'))
})

test('a user may do what its own and its groups\' policies allow', async () => {
  const bob = await userWithKey('bob')
  await assert.rejects(bob.iam.listUsers({}), named('AccessDenied'))
  await iam.createGroup({ GroupName: 'admins' })
  await iam.putGroupPolicy({ GroupName: 'admins', PolicyName: 'list', PolicyDocument: allow('iam:ListUsers') })
  await iam.addUserToGroup({ GroupName: 'admins', UserName: 'bob' })
  await bob.iam.listUsers({})
  assert.deepEqual((await iam.getGroup({ GroupName: 'admins' })).Users!.map(user => user.UserName), ['bob'])
  assert.deepEqual((await iam.listGroupsForUser({ UserName: 'bob' })).Groups!.map(group => group.GroupName), ['admins'])
  await iam.removeUserFromGroup({ GroupName: 'admins', UserName: 'bob' })
  await assert.rejects(bob.iam.listUsers({}), named('AccessDenied'))
  await iam.attachUserPolicy({ UserName: 'bob', PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' })
  await bob.iam.listUsers({})
  assert.equal((await bob.iam.getUser({})).User!.UserName, 'bob')
})

test('GetSessionToken and GetFederationToken: a session of the user, narrowed by its policy', async () => {
  const eve = await userWithKey('eve')
  await iam.putUserPolicy({ UserName: 'eve', PolicyName: 'all', PolicyDocument: allow('*') })
  const asSession = (found: any) => new IAM({
    ...cloud.client, credentials: { accessKeyId: found.AccessKeyId!, secretAccessKey: found.SecretAccessKey!, sessionToken: found.SessionToken! },
  })
  await asSession((await eve.sts.getSessionToken({})).Credentials).listUsers({})
  const narrow = await eve.sts.getFederationToken({ Name: 'guest', Policy: allow('iam:ListRoles') })
  assert.equal(narrow.FederatedUser!.Arn, 'arn:aws:sts::000000000000:federated-user/guest')
  await asSession(narrow.Credentials).listRoles({})
  await assert.rejects(asSession(narrow.Credentials).listUsers({}), named('AccessDenied'))
  const bare = await eve.sts.getFederationToken({ Name: 'guest' })
  await assert.rejects(asSession(bare.Credentials).listRoles({}), named('AccessDenied'))
})

test('an instance profile holds one role', async () => {
  const trust = JSON.stringify({
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }]
  })
  await iam.createRole({ RoleName: 'host', AssumeRolePolicyDocument: trust })
  await iam.createInstanceProfile({ InstanceProfileName: 'hosts' })
  const both = { InstanceProfileName: 'hosts', RoleName: 'host' }
  await iam.addRoleToInstanceProfile(both)
  await assert.rejects(iam.addRoleToInstanceProfile(both), named('LimitExceededException'))
  await assert.rejects(iam.deleteRole({ RoleName: 'host' }), named('DeleteConflictException'))
  assert.equal((await iam.getInstanceProfile({ InstanceProfileName: 'hosts' })).InstanceProfile!.Roles![0]!.RoleName, 'host')
  await iam.removeRoleFromInstanceProfile(both)
  await iam.deleteInstanceProfile({ InstanceProfileName: 'hosts' })
  await iam.deleteRole({ RoleName: 'host' })
})

test('CreateServiceLinkedRole: at its path, and only its service may assume it', async () => {
  const { Role } = await iam.createServiceLinkedRole({ AWSServiceName: 'ecs.amazonaws.com' })
  assert.equal(Role!.Arn, 'arn:aws:iam::000000000000:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS')
  await assert.rejects(iam.createServiceLinkedRole({ AWSServiceName: 'ecs.amazonaws.com' }), named('InvalidInputException'))
  await assert.rejects(new STS(cloud.client).assumeRole({ RoleArn: Role!.Arn!, RoleSessionName: 'me' }), named('AccessDenied'))
})

test('TagPolicy, UntagPolicy, ListPolicyTags', async () => {
  const { Policy } = await iam.createPolicy({ PolicyName: 'tagged', PolicyDocument: allow('s3:*'), Tags: [{ Key: 'a', Value: '1' }] })
  const PolicyArn = Policy!.Arn!
  await iam.tagPolicy({ PolicyArn, Tags: [{ Key: 'b', Value: '2' }] })
  await iam.untagPolicy({ PolicyArn, TagKeys: ['a'] })
  assert.deepEqual((await iam.listPolicyTags({ PolicyArn })).Tags, [{ Key: 'b', Value: '2' }])
})

test('DeleteAccessKey: on the loopback interface too a key that was deleted is no unknown key', async () => {
  const cloud = await startCloud()
  const iam = new IAM(cloud.client)
  await iam.createUser({ UserName: 'left' })
  const { AccessKey } = await iam.createAccessKey({ UserName: 'left' })
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  const sts = new STS({ ...cloud.client, credentials })
  assert.match((await sts.getCallerIdentity()).Arn!, /user\/left$/)
  await iam.deleteAccessKey({ UserName: 'left', AccessKeyId: credentials.accessKeyId })
  await assert.rejects(sts.getCallerIdentity(), { name: 'InvalidClientTokenId' })
  await cloud.stop()
})
