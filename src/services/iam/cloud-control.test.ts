import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CloudControl } from '@aws-sdk/client-cloudcontrol'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { resourceTypes } from './cloudformation.ts'

let cloud: TestCloud
let control: CloudControl
before(async () => {
  cloud = await startCloud()
  control = new CloudControl(cloud.client)
  const { iam } = cloud.aws()
  await iam.CreateRole({ RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify(trust) })
  await iam.CreateUser({ UserName: 'u' })
  await iam.CreateGroup({ GroupName: 'g' })
})
after(() => cloud.stop())

const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
const document = (Action: string) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess'

/** Of each type that has an identifier: what is asked for, and what a patch makes of it. */
const types: [string, Record<string, unknown>, Record<string, unknown>][] = [
  ['Role', { AssumeRolePolicyDocument: trust, ManagedPolicyArns: [readOnly] }, { Description: 'd', ManagedPolicyArns: [] }],
  [
    'User', { Groups: ['g'], LoginProfile: { Password: 'Secret-1234', PasswordResetRequired: true } },
    { Path: '/x/', Groups: [], ManagedPolicyArns: [readOnly] }
  ],
  ['Group', { Policies: [{ PolicyName: 'p', PolicyDocument: document('s3:*') }] }, { Policies: [], Path: '/x/' }],
  ['RolePolicy', { RoleName: 'r', PolicyName: 'p', PolicyDocument: document('s3:*') }, { PolicyDocument: document('sqs:*') }],
  ['UserPolicy', { UserName: 'u', PolicyName: 'p', PolicyDocument: document('s3:*') }, { PolicyDocument: document('sqs:*') }],
  ['GroupPolicy', { GroupName: 'g', PolicyName: 'p', PolicyDocument: document('s3:*') }, { PolicyDocument: document('sqs:*') }],
  ['ManagedPolicy', { PolicyDocument: document('s3:*'), Roles: ['r'] }, { PolicyDocument: document('sqs:*'), Roles: [], Users: ['u'] }],
  ['InstanceProfile', { Roles: ['r'] }, { Roles: [] }],
  ['OIDCProvider', { Url: 'https://id.example.com', ClientIdList: ['a'] }, { ClientIdList: ['b'], ThumbprintList: ['a'.repeat(40)] }],
  ['ServiceLinkedRole', { AWSServiceName: 'autoscaling.amazonaws.com', CustomSuffix: 's' }, { Description: 'd' }],
  ['VirtualMFADevice', { VirtualMfaDeviceName: 'phone', Users: ['u'] }, {}],
]

test('Cloud Control makes, changes and deletes a resource of every type that has an identifier', async () => {
  const known = Object.entries(resourceTypes).filter(([, { identifier }]) => identifier !== undefined).map(([type]) => type)
  assert.deepEqual(types.map(([type]) => `AWS::IAM::${type}`).sort(), known)
  for (const [type, desired, change] of types) {
    const TypeName = `AWS::IAM::${type}`
    const ended = async (RequestToken: string | undefined) => {
      await cloud.settle()
      const { ProgressEvent } = await control.getResourceRequestStatus({ RequestToken })
      assert.equal(ProgressEvent!.OperationStatus, 'SUCCESS', `${type}: ${ProgressEvent!.StatusMessage}`)
      return ProgressEvent!.Identifier!
    }
    const read = async () => JSON.parse((await control.getResource({ TypeName, Identifier })).ResourceDescription!.Properties!)
    const begun = await control.createResource({ TypeName, DesiredState: JSON.stringify(desired) })
    const Identifier = await ended(begun.ProgressEvent!.RequestToken)
    const before = await read()
    const { LoginProfile, Users: _, ...told } = desired
    assert.deepEqual({ ...before, ...told }, before, type)
    assert.deepEqual(before.LoginProfile, LoginProfile && { PasswordResetRequired: true })
    const PatchDocument = JSON.stringify(Object.entries(change).map(([name, value]) => ({ op: 'add', path: `/${name}`, value })))
    if (Object.keys(change).length > 0) await ended((await control.updateResource({ TypeName, Identifier, PatchDocument })).ProgressEvent!.RequestToken)
    assert.deepEqual(
      await read(), { ...before, ...change, ...await resourceTypes[TypeName]!.attributes?.({ aws: cloud.aws() } as never, Identifier, {}) }, type
    )
    await ended((await control.deleteResource({ TypeName, Identifier })).ProgressEvent!.RequestToken)
    await assert.rejects(read(), { name: 'ResourceNotFoundException' })
  }
})
