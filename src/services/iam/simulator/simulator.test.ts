import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { iam as iamService } from '../service.ts'
import { sts as stsService } from '../../sts/service.ts'
import { statementExtents } from './positions.ts'

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
const allow = (Action: string | string[], more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more })
const deny = (Action: string, more: object = {}) => ({ ...allow(Action, more), Effect: 'Deny' })
const invalid = { name: 'InvalidInputException' }

async function simulate(policies: string[], action: string, more: object = {}) {
  const { EvaluationResults } = await iam.simulateCustomPolicy({ PolicyInputList: policies, ActionNames: [action], ...more })
  return EvaluationResults![0]!
}

test('SimulateCustomPolicy: allowed, denied explicitly, denied for want of a policy', async () => {
  assert.equal((await simulate([document(allow('s3:*'))], 's3:GetObject')).EvalDecision, 'allowed')
  assert.equal((await simulate([document(allow('s3:*'))], 'sqs:SendMessage')).EvalDecision, 'implicitDeny')
  const both = await simulate([document(allow('s3:*'), allow('*')), document(deny('s3:Get*'))], 's3:GetObject')
  assert.equal(both.EvalDecision, 'explicitDeny')
  assert.deepEqual(both.MatchedStatements!.map(one => one.SourcePolicyId), ['PolicyInputList.2'])
})

test('SimulateCustomPolicy: names every statement that allows, with where it stands', async () => {
  const policy = '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n      "Action": "*",\n      "Resource": "*"\n    }\n  ]\n}'
  const { MatchedStatements } = await simulate([policy], 's3:GetObject')
  assert.deepEqual(MatchedStatements, [{
    SourcePolicyId: 'PolicyInputList.1', SourcePolicyType: 'IAM Policy', StartPosition: { Line: 3, Column: 17 }, EndPosition: { Line: 8, Column: 6 },
  }])
  const two = await simulate([document(allow('s3:*'), allow('s3:Get*'), allow('sqs:*'))], 's3:GetObject')
  assert.deepEqual(two.MatchedStatements!.map(one => one.StartPosition!.Column), [38, 38 + JSON.stringify(allow('s3:*')).length + 1])
})

test('statements stand where they are written, also a single one, with brackets and quotes in their texts', () => {
  const single = '{"Statement" : {"Sid":"a]}\\"","Effect":"Allow"}, "Version":"x"}'
  assert.deepEqual(statementExtents(single), [{ StartPosition: { Line: 1, Column: 15 }, EndPosition: { Line: 1, Column: single.indexOf(', "Version"') + 1 } }])
  assert.deepEqual(statementExtents('{"Version":{"Statement":[1,2]},"Id":"x"}'), [])
  assert.equal(statementExtents('{"Id":"Statement", "Statement":[ {"a":[1,{"b":2}]} , {} ]}').length, 2)
})

test('SimulateCustomPolicy: a result for each resource', async () => {
  const policies = [document(allow('s3:GetObject', { Resource: 'arn:aws:s3:::a/*' }))]
  const result = await simulate(policies, 's3:GetObject', { ResourceArns: ['arn:aws:s3:::a/1', 'arn:aws:s3:::b/1'] })
  assert.equal(result.EvalDecision, 'implicitDeny')
  assert.deepEqual(
    result.ResourceSpecificResults!.map(one => [one.EvalResourceName, one.EvalResourceDecision]),
    [['arn:aws:s3:::a/1', 'allowed'], ['arn:aws:s3:::b/1', 'implicitDeny']]
  )
  assert.deepEqual(result.EvalDecisionDetails, {})
})

test('SimulateCustomPolicy: context keys of every type, and those that are missing', async () => {
  const policies = [document(allow('s3:*', { Condition: {
    IpAddress: { 'aws:SourceIp': '10.0.0.0/8' }, NumericLessThan: { 's3:max-keys': '10' }, 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] },
    Bool: { 'aws:SecureTransport': 'true' },
  } }))]
  const missing = await simulate(policies, 's3:ListBucket')
  assert.equal(missing.EvalDecision, 'implicitDeny')
  assert.deepEqual(missing.MissingContextValues, ['aws:SecureTransport', 'aws:SourceIp', 'aws:TagKeys', 's3:max-keys'])
  const ContextEntries = [
    { ContextKeyName: 'aws:sourceip', ContextKeyType: 'ip' as const, ContextKeyValues: ['10.1.1.1'] },
    { ContextKeyName: 's3:max-keys', ContextKeyType: 'numeric' as const, ContextKeyValues: ['5'] },
    { ContextKeyName: 'aws:TagKeys', ContextKeyType: 'stringList' as const, ContextKeyValues: ['a', 'b'] },
    { ContextKeyName: 'aws:SecureTransport', ContextKeyType: 'boolean' as const, ContextKeyValues: ['true'] },
  ]
  const given = await simulate(policies, 's3:ListBucket', { ContextEntries })
  assert.equal(given.EvalDecision, 'allowed')
  assert.deepEqual(given.MissingContextValues, [])
  await assert.rejects(
    simulate(policies, 's3:ListBucket', { ContextEntries: [{ ContextKeyName: 's3:max-keys', ContextKeyType: 'numeric', ContextKeyValues: ['x'] }] }), invalid
  )
})

test('SimulateCustomPolicy: a boundary bounds, and the result says so', async () => {
  const bounded = await simulate([document(allow('*'))], 's3:GetObject', { PermissionsBoundaryPolicyInputList: [document(allow('sqs:*'))] })
  assert.equal(bounded.EvalDecision, 'implicitDeny')
  assert.deepEqual(bounded.PermissionsBoundaryDecisionDetail, { AllowedByPermissionsBoundary: false })
  const within = await simulate([document(allow('*'))], 's3:GetObject', { PermissionsBoundaryPolicyInputList: [document(allow('s3:*'))] })
  assert.equal(within.EvalDecision, 'allowed')
  assert.deepEqual(within.PermissionsBoundaryDecisionDetail, { AllowedByPermissionsBoundary: true })
})

test('SimulateCustomPolicy: a resource policy, within the account and across accounts', async () => {
  const CallerArn = 'arn:aws:iam::111111111111:user/ann'
  const ResourceArns = ['arn:aws:s3:::b/1']
  const ResourcePolicy = document({ Effect: 'Allow', Principal: { AWS: CallerArn }, Action: 's3:GetObject', Resource: '*' })
  const none = [document(allow('sqs:*'))]
  assert.equal((await simulate(none, 's3:GetObject', { CallerArn, ResourceArns, ResourcePolicy })).EvalDecision, 'allowed')
  const across = { CallerArn, ResourceArns, ResourcePolicy, ResourceOwner: 'arn:aws:iam::222222222222:root' }
  const refused = await simulate(none, 's3:GetObject', across)
  assert.equal(refused.EvalDecision, 'implicitDeny')
  assert.deepEqual(refused.ResourceSpecificResults![0]!.EvalDecisionDetails, { 'IAM Policy': 'implicitDeny', 'Resource Policy': 'allowed' })
  assert.equal((await simulate([document(allow('s3:*'))], 's3:GetObject', across)).EvalDecision, 'allowed')
  await assert.rejects(simulate(none, 's3:GetObject', { ResourceArns, ResourcePolicy }), invalid)
})

test('SimulateCustomPolicy: what it does not take', async () => {
  await assert.rejects(simulate(['{'], 's3:GetObject'), invalid)
  await assert.rejects(simulate([document(allow('*'))], 'GetObject'), invalid)
  await assert.rejects(simulate([document(allow('*'))], 's3:GetObject', { CallerArn: 'arn:aws:sts::111111111111:assumed-role/a/b' }), invalid)
})

test('SimulatePrincipalPolicy: a user\'s own policies, its groups\' and its boundary', async () => {
  await iam.createGroup({ GroupName: 'readers' })
  await iam.putGroupPolicy({ GroupName: 'readers', PolicyName: 'read', PolicyDocument: document(allow('s3:Get*')) })
  const { User } = await iam.createUser({ UserName: 'ann', Path: '/team/' })
  await iam.putUserPolicy({ UserName: 'ann', PolicyName: 'queues', PolicyDocument: document(allow('sqs:*')) })
  await iam.attachUserPolicy({ UserName: 'ann', PolicyArn: 'arn:aws:iam::aws:policy/AmazonSNSFullAccess' })
  await iam.addUserToGroup({ GroupName: 'readers', UserName: 'ann' })
  const ActionNames = ['s3:GetObject', 'sqs:SendMessage', 'sns:Publish', 'ec2:RunInstances']
  const ask = async () => (await iam.simulatePrincipalPolicy({ PolicySourceArn: User!.Arn!, ActionNames })).EvaluationResults!
  const results = await ask()
  assert.deepEqual(results.map(one => one.EvalDecision), ['allowed', 'allowed', 'allowed', 'implicitDeny'])
  assert.deepEqual(results.map(one => one.MatchedStatements![0]?.SourcePolicyId), ['group_readers_read', 'user_ann_queues', 'AmazonSNSFullAccess', undefined])
  await iam.putUserPermissionsBoundary({ UserName: 'ann', PermissionsBoundary: 'arn:aws:iam::aws:policy/AmazonSNSFullAccess' })
  assert.deepEqual((await ask()).map(one => one.EvalDecision), ['implicitDeny', 'implicitDeny', 'allowed', 'implicitDeny'])
  await assert.rejects(iam.simulatePrincipalPolicy({ PolicySourceArn: 'arn:aws:iam::000000000000:user/nobody', ActionNames }), {
    name: 'NoSuchEntityException'
  })
  const first = await iam.simulatePrincipalPolicy({ PolicySourceArn: User!.Arn!, ActionNames, MaxItems: 3 })
  assert.equal(first.IsTruncated, true)
  const rest = await iam.simulatePrincipalPolicy({ PolicySourceArn: User!.Arn!, ActionNames, MaxItems: 3, Marker: first.Marker! })
  assert.deepEqual(rest.EvaluationResults!.map(one => one.EvalActionName), ['ec2:RunInstances'])
})

test('GetContextKeysForCustomPolicy and GetContextKeysForPrincipalPolicy: condition keys and variables', async () => {
  const policy = document(allow('s3:*', {
    Resource: ['arn:aws:s3:::b/${aws:username}/*', "arn:aws:s3:::b/${aws:PrincipalTag/team, 'x'}/${*}"],
    Condition: { StringLike: { 's3:prefix': '${aws:userid}' }, Bool: { 'aws:SecureTransport': 'true' } },
  }))
  const keys = ['aws:PrincipalTag/team', 'aws:SecureTransport', 'aws:userid', 'aws:username', 's3:prefix']
  assert.deepEqual((await iam.getContextKeysForCustomPolicy({ PolicyInputList: [policy] })).ContextKeyNames, keys)
  const { Role } = await iam.createRole({
    RoleName: 'keys', AssumeRolePolicyDocument: document({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' })
  })
  await iam.putRolePolicy({ RoleName: 'keys', PolicyName: 'p', PolicyDocument: policy })
  assert.deepEqual((await iam.getContextKeysForPrincipalPolicy({ PolicySourceArn: Role!.Arn! })).ContextKeyNames, keys)
})
