import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { startCloud, type TestCloud } from '../../testing/index.ts'

let cloud: TestCloud
let cfn: CloudFormation
let secrets: SecretsManager
before(async () => {
  cloud = await startCloud()
  cfn = new CloudFormation(cloud.client)
  secrets = new SecretsManager(cloud.client)
})
after(async () => {
  cfn.destroy()
  secrets.destroy()
  await cloud.stop()
})

const template = (description: string, more: object = {}) => JSON.stringify({
  Resources: {
    Secret: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: {
        Description: description, Tags: [{ Key: 'team', Value: 'fog' }],
        GenerateSecretString: { SecretStringTemplate: '{"username":"fog"}', GenerateStringKey: 'password', PasswordLength: 20, ExcludePunctuation: true },
      },
    },
    Policy: {
      Type: 'AWS::SecretsManager::ResourcePolicy',
      Properties: {
        SecretId: { Ref: 'Secret' },
        ResourcePolicy: {
          Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'secretsmanager:*', Resource: '*' }],
        },
      },
    },
    ...more,
  },
  Outputs: { Arn: { Value: { Ref: 'Secret' } } },
})

test('a stack generates a secret once, keeps its value in an update, and deletes it for good', async () => {
  await cfn.createStack({ StackName: 'secret', TemplateBody: template('one') })
  await cloud.settle()
  const SecretId = (await cfn.describeStacks({ StackName: 'secret' })).Stacks![0]!.Outputs![0]!.OutputValue!
  const before = (await secrets.getSecretValue({ SecretId })).SecretString!
  const { username, password } = JSON.parse(before)
  assert.deepEqual([username, /^[A-Za-z0-9]{20}$/.test(password)], ['fog', true])
  assert.match((await secrets.getResourcePolicy({ SecretId })).ResourcePolicy!, /111111111111/)
  await cfn.updateStack({ StackName: 'secret', TemplateBody: template('two') })
  await cloud.settle()
  const found = await secrets.describeSecret({ SecretId })
  assert.deepEqual([found.Description, found.Tags], ['two', [{ Key: 'team', Value: 'fog' }]])
  assert.equal((await secrets.getSecretValue({ SecretId })).SecretString, before)
  await cfn.deleteStack({ StackName: 'secret' })
  await cloud.settle()
  await assert.rejects(secrets.describeSecret({ SecretId }), { name: 'ResourceNotFoundException' })
})

test('SecretTargetAttachment is refused by name', async () => {
  const Properties = { SecretId: { Ref: 'Secret' }, TargetId: 'db', TargetType: 'AWS::RDS::DBInstance' }
  const attachment = { Type: 'AWS::SecretsManager::SecretTargetAttachment', Properties }
  await cfn.createStack({ StackName: 'attached', TemplateBody: template('x', { Attachment: attachment }) })
  await cloud.settle()
  const { StackEvents } = await cfn.describeStackEvents({ StackName: 'attached' })
  assert.ok(StackEvents!.some(event => /SecretTargetAttachment is not supported by Fogbank/.test(event.ResourceStatusReason ?? '')))
})
