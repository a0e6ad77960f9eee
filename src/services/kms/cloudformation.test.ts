import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { KMS } from '@aws-sdk/client-kms'
import { startCloud, type TestCloud } from '../../testing/index.ts'

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

test('ReplicaKey is refused by name', async () => {
  const Properties = { PrimaryKeyArn: { 'Fn::GetAtt': ['Key', 'Arn'] }, KeyPolicy: { Version: '2012-10-17', Statement } }
  await cfn.createStack({ StackName: 'replica', TemplateBody: template({}, { Replica: { Type: 'AWS::KMS::ReplicaKey', Properties } }) })
  await cloud.settle()
  const { StackEvents } = await cfn.describeStackEvents({ StackName: 'replica' })
  assert.ok(StackEvents!.some(event => /ReplicaKey is not supported by Fogbank/.test(event.ResourceStatusReason ?? '')))
})
