import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { KMS } from '@aws-sdk/client-kms'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { testStack } from '../../testing/stack.ts'

let cloud: TestCloud
let cfn: CloudFormation
let kms: KMS
before(async () => {
  cloud = await startCloud()
  cfn = new CloudFormation(cloud.client)
  kms = new KMS(cloud.client)
})
after(async () => {
  cfn.destroy()
  kms.destroy()
  await cloud.stop()
})

const Statement = [{ Effect: 'Allow', Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } }, Action: 'kms:*', Resource: '*' }]
const template = (properties: object, more: object = {}) => JSON.stringify({
  Resources: {
    Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement }, PendingWindowInDays: 7, ...properties } },
    Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/stacked', TargetKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
    ...more,
  },
})

test('a stack makes a key with its alias, changes it in place, and schedules its deletion', async () => {
  await cfn.createStack({ StackName: 'key', TemplateBody: template({ EnableKeyRotation: true, Description: 'one', Tags: [{ Key: 'team', Value: 'fog' }] }) })
  await cloud.settle()
  const KeyId = (await kms.describeKey({ KeyId: 'alias/stacked' })).KeyMetadata!.KeyId!
  assert.deepEqual([(await kms.getKeyRotationStatus({ KeyId })).KeyRotationEnabled, (await kms.listResourceTags({ KeyId })).Tags], [true, [{ TagKey: 'team',
    TagValue: 'fog' }]])
  await cfn.updateStack({ StackName: 'key', TemplateBody: template({ Enabled: false, Description: 'two' }) })
  await cloud.settle()
  const { KeyMetadata } = await kms.describeKey({ KeyId: 'alias/stacked' })
  assert.deepEqual([KeyMetadata!.KeyId, KeyMetadata!.Description, KeyMetadata!.KeyState], [KeyId, 'two', 'Disabled'])
  await cfn.deleteStack({ StackName: 'key' })
  await cloud.settle()
  assert.equal((await kms.describeKey({ KeyId })).KeyMetadata!.KeyState, 'PendingDeletion')
  await assert.rejects(kms.describeKey({ KeyId: 'alias/stacked' }), { name: 'NotFoundException' })
})

test('keys and aliases are in sync as they were made, and tell what is changed and deleted beside the stack', async () => {
  const stack = testStack(cloud, 'drifting')
  const alias = (name: string, key: object) => ({ Type: 'AWS::KMS::Alias', Properties: { AliasName: `alias/${name}`, TargetKeyId: key } })
  const KeyPolicy = { Version: '2012-10-17', Statement: [{ ...Statement[0], Principal: { AWS: 'arn:aws:iam::000000000000:root' } }] }
  const resources = {
    Full: { Type: 'AWS::KMS::Key', Properties: {
      KeyPolicy, Description: 'one', EnableKeyRotation: 'true', RotationPeriodInDays: '100', KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT',
      Origin: 'AWS_KMS',
      MultiRegion: false, PendingWindowInDays: 7, BypassPolicyLockoutSafetyCheck: false, Enabled: true, Tags: [{ Key: 'own', Value: '1' }],
    } },
    Least: { Type: 'AWS::KMS::Key' }, Signing: { Type: 'AWS::KMS::Key', Properties: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', Enabled: false } },
    ByArn: alias('by-arn', { 'Fn::GetAtt': ['Full', 'Arn'] }), ById: alias('by-id', { Ref: 'Full' }),
  }
  await stack.create(resources, [{ Key: 'team', Value: 'fog' }])
  const inSync = Object.fromEntries(Object.keys(resources).map(id => [id, 'IN_SYNC']))
  assert.deepEqual(await stack.drifts(), inSync)
  const { Full, Least, Signing } = await stack.ids()
  await kms.enableKeyRotation({ KeyId: Full, RotationPeriodInDays: 200 })
  await kms.updateKeyDescription({ KeyId: Full, Description: 'two' })
  await kms.putKeyPolicy({ KeyId: Full, Policy: JSON.stringify({ ...KeyPolicy, Statement: [{ ...KeyPolicy.Statement[0], Action: ['kms:*'] }] }) })
  await kms.untagResource({ KeyId: Full, TagKeys: ['own'] })
  await kms.enableKey({ KeyId: Signing })
  await kms.updateAlias({ AliasName: 'alias/by-arn', TargetKeyId: Least })
  await kms.deleteAlias({ AliasName: 'alias/by-id' })
  await kms.scheduleKeyDeletion({ KeyId: Least })
  assert.deepEqual(await stack.drifts(), {
    Full: ['NOT_EQUAL /Description', 'NOT_EQUAL /KeyPolicy/Statement/0/Action', 'NOT_EQUAL /RotationPeriodInDays', 'REMOVE /Tags/0'],
    Least: 'DELETED', Signing: ['NOT_EQUAL /Enabled'], ByArn: ['NOT_EQUAL /TargetKeyId'], ById: 'DELETED',
  })
  await kms.disableKeyRotation({ KeyId: Full })
  assert.ok((await stack.drifts()).Full!.includes('NOT_EQUAL /EnableKeyRotation'))
})

test('ReplicaKey is refused by name', async () => {
  const Properties = { PrimaryKeyArn: { 'Fn::GetAtt': ['Key', 'Arn'] }, KeyPolicy: { Version: '2012-10-17', Statement } }
  await cfn.createStack({ StackName: 'replica', TemplateBody: template({}, { Replica: { Type: 'AWS::KMS::ReplicaKey', Properties } }) })
  await cloud.settle()
  const { StackEvents } = await cfn.describeStackEvents({ StackName: 'replica' })
  assert.ok(StackEvents!.some(event => /ReplicaKey is not supported by Fogbank/.test(event.ResourceStatusReason ?? '')))
})
