import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { KMS } from '@aws-sdk/client-kms'
import { Lambda } from '@aws-sdk/client-lambda'
import type { Lambda as State } from '../state.ts'
import { lambdaWorld } from '../testing/world.ts'

let world: Awaited<ReturnType<typeof lambdaWorld>>
let kms: KMS
before(async () => {
  world = await lambdaWorld({ script: ({ spec }) => spec.environment.SECRET })
  kms = new KMS(world.cloud.client)
})
after(async () => {
  kms.destroy()
  await world.stop()
})

const secret = (SECRET: string) => ({ Variables: { SECRET } })
const invoke = async (FunctionName: string) => JSON.parse(Buffer.from((await world.lambda.invoke({ FunctionName })).Payload!).toString())

test('variables are in the store sealed, in the configuration and in the function as they are', async () => {
  await world.create('plain', { Environment: secret('open sesame') })
  assert.equal((await world.lambda.getFunctionConfiguration({ FunctionName: 'plain' })).Environment!.Variables!.SECRET, 'open sesame')
  assert.equal(await invoke('plain'), 'open sesame')
  const { tables } = world.cloud.cloud.platform.scope('lambda', { account: '000000000000', region: 'us-east-1' }) as State
  const row = (await tables.versions.get('plain', 0))!
  assert.deepEqual([row.environment, Buffer.from(row.sealedEnvironment!).includes('sesame')], [{}, false])
  const { Version } = await world.lambda.publishVersion({ FunctionName: 'plain' })
  await world.lambda.updateFunctionConfiguration({ FunctionName: 'plain', Environment: secret('open sesame') })
  assert.equal((await world.lambda.publishVersion({ FunctionName: 'plain' })).Version, Version)
  await world.lambda.updateFunctionConfiguration({ FunctionName: 'plain', Timeout: 5 })
  assert.equal(await invoke('plain'), 'open sesame')
})

test('KMSKeyArn: variables under a key, which the function\'s role may open and a caller only with kms:Decrypt', async () => {
  const { KeyId, Arn } = (await kms.createKey({})).KeyMetadata!
  await world.create('keyed', { Environment: secret('one'), KMSKeyArn: Arn })
  assert.equal(await invoke('keyed'), 'one')
  const shown = await world.lambda.getFunctionConfiguration({ FunctionName: 'keyed' })
  assert.deepEqual([shown.KMSKeyArn, shown.Environment], [Arn, secret('one')])
  const { Grants } = await kms.listGrants({ KeyId })
  assert.deepEqual(Grants!.map(grant => [grant.GranteePrincipal, grant.Operations]), [['arn:aws:iam::000000000000:role/role', ['Decrypt']]])
  const iam = new IAM(world.cloud.client)
  await iam.createUser({ UserName: 'looker' })
  const { AccessKey } = await iam.createAccessKey({ UserName: 'looker' })
  await iam.putUserPolicy({
    UserName: 'looker', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'lambda:*',
      Resource: '*' } }),
  })
  const looker = new Lambda({ ...world.cloud.client, credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! } })
  const seen = (await looker.getFunctionConfiguration({ FunctionName: 'keyed' })).Environment!
  assert.deepEqual([seen.Variables, seen.Error!.ErrorCode], [undefined, 'AccessDeniedException'])
  await assert.rejects(looker.updateFunctionConfiguration({ FunctionName: 'keyed', Environment: secret('two') }), {
    name: 'InvalidParameterValueException',
    message: /^Lambda was unable to configure access to your environment variables because the KMS key is invalid for Encrypt/,
  })
  await world.lambda.updateFunctionConfiguration({ FunctionName: 'keyed', Environment: secret('two') })
  assert.equal(await invoke('keyed'), 'two')
  await world.lambda.updateFunctionConfiguration({ FunctionName: 'keyed', KMSKeyArn: '' })
  await kms.disableKey({ KeyId })
  assert.equal(await invoke('keyed'), 'two')
  looker.destroy()
  iam.destroy()
})

test('a function whose key is gone or disabled does not start, and says why', async () => {
  const { KeyId, Arn } = (await kms.createKey({})).KeyMetadata!
  await world.create('locked', { Environment: secret('one'), KMSKeyArn: Arn })
  await kms.disableKey({ KeyId })
  await assert.rejects(invoke('locked'), {
    name: 'KMSDisabledException', message: /^Lambda was unable to decrypt the environment variables because the KMS key used is disabled\./,
  })
  await kms.enableKey({ KeyId })
  const { Grants } = await kms.listGrants({ KeyId })
  await kms.revokeGrant({ KeyId, GrantId: Grants![0]!.GrantId })
  await assert.rejects(invoke('locked'), { name: 'KMSAccessDeniedException' })
})
