import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { KMS } from '@aws-sdk/client-kms'
import { startCloud, type TestCloud } from '../../testing/index.ts'

let cloud: TestCloud
let root: KMS
let iam: IAM
before(async () => {
  cloud = await startCloud()
  root = new KMS(cloud.client)
  iam = new IAM(cloud.client)
})
after(async () => {
  root.destroy()
  iam.destroy()
  await cloud.stop()
})

const account = 'arn:aws:iam::000000000000'
const Plaintext = new Uint8Array([1, 2, 3])
const json = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const own = { Effect: 'Allow', Principal: { AWS: `${account}:root` }, Action: 'kms:*', Resource: '*' }

async function user(name: string) {
  await iam.createUser({ UserName: name })
  const { AccessKey } = await iam.createAccessKey({ UserName: name })
  const client = new KMS({ ...cloud.client, credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! } })
  const may = (...statements: object[]) => iam.putUserPolicy({ UserName: name, PolicyName: 'p', PolicyDocument: json(...statements) })
  return { client, may, arn: `${account}:user/${name}` }
}

test('a key policy that names the account leaves the word to IAM', async () => {
  const { KeyId, Arn } = (await root.createKey({})).KeyMetadata!
  const { client, may } = await user('iam')
  await assert.rejects(client.encrypt({ KeyId, Plaintext }), {
    name: 'AccessDeniedException',
    message: `User: ${account}:user/iam is not authorized to perform: kms:Encrypt on resource: ${Arn} `
      + 'because no identity-based policy allows the kms:Encrypt action',
  })
  await may({ Effect: 'Allow', Action: ['kms:Encrypt', 'kms:Decrypt'], Resource: Arn, Condition: { StringEquals: { 'kms:EncryptionContext:app': 'fog' } } })
  await assert.rejects(client.encrypt({ KeyId, Plaintext }), { name: 'AccessDeniedException' })
  const { CiphertextBlob } = await client.encrypt({ KeyId, Plaintext, EncryptionContext: { app: 'fog' } })
  assert.deepEqual((await client.decrypt({ CiphertextBlob, EncryptionContext: { app: 'fog' } })).Plaintext, Plaintext)
  client.destroy()
})

test('a key policy that does not name the account leaves IAM nothing, not even the root', async () => {
  const { client, may, arn } = await user('named')
  const other = await user('unnamed')
  await other.may({ Effect: 'Allow', Action: 'kms:*', Resource: '*' })
  const { KeyId } = (await root.createKey({ Policy: json({ ...own, Principal: { AWS: arn } }), BypassPolicyLockoutSafetyCheck: true })).KeyMetadata!
  for (const outsider of [root, other.client]) {
    await assert.rejects(outsider.encrypt({ KeyId, Plaintext }), {
      name: 'AccessDeniedException', message: /because no resource-based policy allows the kms:Encrypt/,
    })
  }
  await client.encrypt({ KeyId, Plaintext })
  await may({ Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*' })
  await assert.rejects(client.encrypt({ KeyId, Plaintext }), { message: /explicit deny in an identity-based policy/ })
  client.destroy()
  other.client.destroy()
})

test('a policy that would lock its maker out is refused, unless the check is bypassed', async () => {
  const { KeyId } = (await root.createKey({})).KeyMetadata!
  const Policy = json({ ...own, Principal: { AWS: '111111111111' } })
  await assert.rejects(root.putKeyPolicy({ KeyId, Policy }), {
    name: 'MalformedPolicyDocumentException', message: 'The new key policy will not allow you to update the key policy in the future.',
  })
  await assert.rejects(root.putKeyPolicy({ KeyId, Policy: '{' }), { name: 'MalformedPolicyDocumentException' })
  await root.putKeyPolicy({ KeyId, Policy, BypassPolicyLockoutSafetyCheck: true })
  await assert.rejects(root.getKeyPolicy({ KeyId }), { name: 'AccessDeniedException' })
})

test('another account needs its own permission and the key\'s', async () => {
  const elsewhere = new KMS({ ...cloud.client, credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' } })
  const { Arn } = (await root.createKey({})).KeyMetadata!
  await assert.rejects(elsewhere.encrypt({ KeyId: Arn, Plaintext }), { name: 'AccessDeniedException' })
  await root.putKeyPolicy({ KeyId: Arn, Policy: json(own, { ...own, Principal: { AWS: '111111111111' }, Action: ['kms:Encrypt', 'kms:Decrypt'] }) })
  const { CiphertextBlob } = await elsewhere.encrypt({ KeyId: Arn, Plaintext })
  assert.deepEqual((await elsewhere.decrypt({ CiphertextBlob })).Plaintext, Plaintext)
  await assert.rejects(elsewhere.scheduleKeyDeletion({ KeyId: Arn }), { name: 'AccessDeniedException' })
  elsewhere.destroy()
})

test('a grant lets its grantee, within its constraints, until it is retired', async () => {
  const { KeyId, Arn } = (await root.createKey({})).KeyMetadata!
  const { client, arn } = await user('grantee')
  const grant = {
    KeyId, GranteePrincipal: arn, RetiringPrincipal: arn, Operations: ['Encrypt' as const, 'DescribeKey' as const], Name: 'mine',
    Constraints: { EncryptionContextSubset: { app: 'fog' } },
  }
  const { GrantId } = await root.createGrant(grant)
  assert.equal((await root.createGrant(grant)).GrantId, GrantId)
  await client.encrypt({ KeyId, Plaintext, EncryptionContext: { app: 'fog', more: '1' } })
  await assert.rejects(client.encrypt({ KeyId, Plaintext, EncryptionContext: { app: 'sea' } }), { name: 'AccessDeniedException' })
  await assert.rejects(client.generateDataKey({ KeyId, KeySpec: 'AES_256', EncryptionContext: { app: 'fog' } }), { name: 'AccessDeniedException' })
  const { Grants } = await root.listGrants({ KeyId })
  assert.deepEqual(Grants!.map(one => [one.GrantId, one.KeyId, one.Name, one.IssuingAccount]), [[GrantId, Arn, 'mine', `${account}:root`]])
  assert.equal((await root.listRetirableGrants({ RetiringPrincipal: arn })).Grants!.length, 1)
  await client.retireGrant({ KeyId: Arn, GrantId })
  await assert.rejects(client.encrypt({ KeyId, Plaintext, EncryptionContext: { app: 'fog' } }), { name: 'AccessDeniedException' })
  const { GrantToken, GrantId: second } = await root.createGrant({ ...grant, RetiringPrincipal: undefined })
  await assert.rejects(client.retireGrant({ GrantToken }), { name: 'AccessDeniedException' })
  await root.revokeGrant({ KeyId, GrantId: second })
  await assert.rejects(root.revokeGrant({ KeyId, GrantId: second }), { name: 'InvalidGrantIdException' })
  await assert.rejects(root.createGrant({ ...grant, Operations: ['Sign'] }), { name: 'ValidationException' })
  client.destroy()
})

test('ReEncrypt needs a permission on each of its keys', async () => {
  const [from, to] = [(await root.createKey({})).KeyMetadata!, (await root.createKey({})).KeyMetadata!]
  const { client, may } = await user('mover')
  const { CiphertextBlob } = await root.encrypt({ KeyId: from.KeyId, Plaintext })
  await may({ Effect: 'Allow', Action: 'kms:ReEncryptFrom', Resource: '*' })
  await assert.rejects(client.reEncrypt({ CiphertextBlob, DestinationKeyId: to.KeyId }), { message: /kms:ReEncryptTo on resource/ })
  await may({ Effect: 'Allow', Action: 'kms:ReEncrypt*', Resource: '*' })
  assert.equal((await client.reEncrypt({ CiphertextBlob, DestinationKeyId: to.KeyId })).KeyId, to.Arn)
  client.destroy()
})

test('an alias needs the permission of its key', async () => {
  const { KeyId } = (await root.createKey({})).KeyMetadata!
  const { client, may } = await user('namer')
  await may({ Effect: 'Allow', Action: 'kms:*', Resource: 'arn:aws:kms:*:*:alias/*' })
  await assert.rejects(client.createAlias({ AliasName: 'alias/named', TargetKeyId: KeyId }), {
    message: new RegExp(`kms:CreateAlias on resource: \\S+${KeyId}`),
  })
  await may({ Effect: 'Allow', Action: 'kms:*', Resource: '*' })
  await client.createAlias({ AliasName: 'alias/named', TargetKeyId: KeyId })
  client.destroy()
})
