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
    generatedName: () => `stack-Thing-${++count}`, tags: { team: 'fog', 'aws:cloudformation:stack-name': 'stack' }, wait: () => cloud.settle(), endpoint: cloud.endpoint,
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
