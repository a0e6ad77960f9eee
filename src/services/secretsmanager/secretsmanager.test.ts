import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { KMS } from '@aws-sdk/client-kms'
import { paginateListSecrets, SecretsManager } from '@aws-sdk/client-secrets-manager'
import { startCloud, type TestCloud } from '../../testing/index.ts'

let cloud: TestCloud
let secrets: SecretsManager
before(async () => {
  cloud = await startCloud()
  secrets = new SecretsManager(cloud.client)
})
after(async () => {
  secrets.destroy()
  await cloud.stop()
})

const days = (count: number) => count * 86_400_000
const create = (Name: string, SecretString?: string, more: Partial<Parameters<SecretsManager['createSecret']>[0]> = {}) =>
  secrets.createSecret({ Name, ...SecretString !== undefined && { SecretString }, ...more })
const value = async (SecretId: string, more: { VersionId?: string, VersionStage?: string } = {}) =>
  (await secrets.getSecretValue({ SecretId, ...more })).SecretString

test('CreateSecret: the ARN ends in six random characters, and names the secret with or without them', async () => {
  const { ARN, VersionId } = await create('app/db', 'sesame')
  assert.match(ARN!, /^arn:aws:secretsmanager:us-east-1:000000000000:secret:app\/db-[A-Za-z0-9]{6}$/)
  assert.deepEqual([await value('app/db'), await value(ARN!), await value(ARN!.slice(0, -7))], ['sesame', 'sesame', 'sesame'])
  assert.deepEqual((await secrets.describeSecret({ SecretId: ARN })).VersionIdsToStages, { [VersionId!]: ['AWSCURRENT'] })
  await assert.rejects(value(`${ARN!.slice(0, -6)}XXXXXX`), { name: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret." })
  await assert.rejects(create('app/db', 'other'), {
    name: 'ResourceExistsException', message: 'The operation failed because the secret app/db already exists.',
  })
  await assert.rejects(create('a b', 'x'), { name: 'ValidationException', message: /^Invalid name\. Must be a valid name/ })
})

test('CreateSecret: a request that is sent again makes nothing twice', async () => {
  const token = 'a'.repeat(32)
  const first = await create('twice', 'one', { ClientRequestToken: token })
  assert.deepEqual((await create('twice', 'one', { ClientRequestToken: token })).ARN, first.ARN)
  await assert.rejects(create('twice', 'two', { ClientRequestToken: token }), { name: 'ResourceExistsException' })
})

test('a secret without a value says so, and binary values come back as they were', async () => {
  await create('empty')
  await assert.rejects(value('empty'), {
    name: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  })
  await secrets.putSecretValue({ SecretId: 'empty', SecretBinary: new Uint8Array([0, 1, 255]) })
  assert.deepEqual([...(await secrets.getSecretValue({ SecretId: 'empty' })).SecretBinary!], [0, 1, 255])
})

test('a value has 65,536 bytes at most, also where its characters are fewer', async () => {
  await create('large', 'x'.repeat(65_536))
  await assert.rejects(create('larger', 'x'.repeat(65_537)), { name: 'ValidationException' })
  await assert.rejects(create('wider', 'é'.repeat(40_000)), { name: 'InvalidParameterException' })
})

test('PutSecretValue moves AWSCURRENT, and the version before is AWSPREVIOUS', async () => {
  const one = (await create('rolling', 'one')).VersionId!
  const two = (await secrets.putSecretValue({ SecretId: 'rolling', SecretString: 'two' })).VersionId!
  const pending = (await secrets.putSecretValue({ SecretId: 'rolling', SecretString: 'next', VersionStages: ['AWSPENDING'] })).VersionId!
  const stages = ['AWSPREVIOUS', 'AWSCURRENT', 'AWSPENDING']
  assert.deepEqual(await Promise.all(stages.map(VersionStage => value('rolling', { VersionStage }))), ['one', 'two', 'next'])
  const three = (await secrets.putSecretValue({ SecretId: 'rolling', SecretString: 'three' })).VersionId!
  assert.deepEqual(
    (await secrets.describeSecret({ SecretId: 'rolling' })).VersionIdsToStages, { [two]: ['AWSPREVIOUS'], [pending]: ['AWSPENDING'], [three]: ['AWSCURRENT'] },
  )
  const listed = async (IncludeDeprecated: boolean) => (await secrets.listSecretVersionIds({ SecretId: 'rolling', IncludeDeprecated })).Versions!
  assert.deepEqual([(await listed(false)).length, (await listed(true)).map(version => version.VersionId).includes(one)], [3, true])
  await assert.rejects(value('rolling', { VersionId: two, VersionStage: 'AWSCURRENT' }), {
    name: 'InvalidRequestException', message: 'You provided a VersionStage that is not associated to the provided VersionId.',
  })
})

test('PutSecretValue: a token is good for one value', async () => {
  const { ARN } = await create('token', 'one')
  const put = (SecretString: string) => secrets.putSecretValue({ SecretId: 'token', SecretString, ClientRequestToken: 'b'.repeat(36) })
  await put('two')
  assert.equal((await put('two')).VersionId, 'b'.repeat(36))
  await assert.rejects(put('three'), {
    name: 'ResourceExistsException',
    message: `You can't use ClientRequestToken ${'b'.repeat(36)} because that value is already in use for a version of secret ${ARN}.`,
  })
})

test('UpdateSecretVersionStage takes a label from the version that is named, and AWSCURRENT only moves', async () => {
  const one = (await create('moving', 'one')).VersionId!
  const two = (await secrets.putSecretValue({ SecretId: 'moving', SecretString: 'two' })).VersionId!
  const move = (more: object) => secrets.updateSecretVersionStage({ SecretId: 'moving', VersionStage: 'AWSCURRENT', ...more })
  await assert.rejects(move({ MoveToVersionId: one }), { name: 'InvalidParameterException', message: new RegExp(`currently attached to version ${two}`) })
  await assert.rejects(move({ RemoveFromVersionId: two }), { name: 'InvalidParameterException', message: /You can only move staging label AWSCURRENT/ })
  await move({ MoveToVersionId: one, RemoveFromVersionId: two })
  assert.deepEqual([await value('moving'), await value('moving', { VersionStage: 'AWSPREVIOUS' })], ['one', 'two'])
})

test('DeleteSecret: a window in which RestoreSecret brings it back, and after which it is gone', async () => {
  await create('fading', 'x')
  await assert.rejects(secrets.deleteSecret({ SecretId: 'fading', RecoveryWindowInDays: 6 }), {
    name: 'InvalidParameterException', message: 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
  })
  const { DeletionDate } = await secrets.deleteSecret({ SecretId: 'fading', RecoveryWindowInDays: 7 })
  assert.equal(DeletionDate!.getTime(), cloud.clock.now() + days(7))
  await assert.rejects(value('fading'), {
    name: 'InvalidRequestException', message: "You can't perform this operation on the secret because it was marked for deletion.",
  })
  await assert.rejects(create('fading', 'y'), {
    name: 'InvalidRequestException', message: "You can't create this secret because a secret with this name is already scheduled for deletion.",
  })
  await secrets.restoreSecret({ SecretId: 'fading' })
  await cloud.clock.advance(days(8))
  assert.equal(await value('fading'), 'x')
  await secrets.deleteSecret({ SecretId: 'fading' })
  await cloud.clock.advance(days(29))
  assert.ok((await secrets.describeSecret({ SecretId: 'fading' })).DeletedDate)
  await cloud.clock.advance(days(1))
  await assert.rejects(secrets.describeSecret({ SecretId: 'fading' }), { name: 'ResourceNotFoundException' })
})

test('DeleteSecret: without recovery at once, and again without an error', async () => {
  const { ARN } = await create('gone', 'x')
  await secrets.deleteSecret({ SecretId: 'gone', ForceDeleteWithoutRecovery: true })
  await secrets.deleteSecret({ SecretId: 'gone', ForceDeleteWithoutRecovery: true })
  assert.notEqual((await create('gone', 'new')).ARN, ARN)
})

test('ListSecrets: filters are alternatives of values and conjunctions of keys; the SDK pages through', async () => {
  await create('list/one', '1', { Description: 'The Fog bank', Tags: [{ Key: 'team', Value: 'fog' }] })
  await create('list/two', '2', { Tags: [{ Key: 'team', Value: 'sea' }] })
  await create('list/three', '3')
  const names = async (Filters: Parameters<SecretsManager['listSecrets']>[0]['Filters']) =>
    (await secrets.listSecrets({ Filters, SortBy: 'name' })).SecretList!.map(secret => secret.Name)
  const under = { Key: 'name' as const, Values: ['list/'] }
  assert.deepEqual(await names([under]), ['list/one', 'list/three', 'list/two'])
  assert.deepEqual(await names([under, { Key: 'tag-value', Values: ['fog', 'sea'] }]), ['list/one', 'list/two'])
  assert.deepEqual(await names([under, { Key: 'tag-value', Values: ['!fog'] }]), ['list/three', 'list/two'])
  assert.deepEqual(await names([under, { Key: 'all', Values: ['FOG'] }]), ['list/one'])
  const pages = []
  for await (const page of paginateListSecrets({ client: secrets, pageSize: 2 }, { Filters: [under] })) pages.push(page.SecretList!.length)
  assert.deepEqual(pages, [2, 1])
  await secrets.deleteSecret({ SecretId: 'list/one' })
  assert.equal((await names([under])).length, 2)
  assert.equal((await secrets.listSecrets({ Filters: [under], IncludePlannedDeletion: true })).SecretList!.length, 3)
})

test('BatchGetSecretValue: what is not there stands among the errors', async () => {
  await create('batch/one', '1')
  await create('batch/two', '2')
  const { SecretValues, Errors } = await secrets.batchGetSecretValue({ SecretIdList: ['batch/one', 'batch/none'] })
  assert.deepEqual(SecretValues!.map(one => one.SecretString), ['1'])
  assert.deepEqual(Errors!.map(one => [one.SecretId, one.ErrorCode]), [['batch/none', 'ResourceNotFoundException']])
  const filtered = await secrets.batchGetSecretValue({ Filters: [{ Key: 'name', Values: ['batch/'] }], MaxResults: 1 })
  assert.deepEqual([filtered.SecretValues!.length, typeof filtered.NextToken], [1, 'string'])
  await assert.rejects(secrets.batchGetSecretValue({}), { message: "Either 'SecretIdList' or 'Filters' must be provided, but not both." })
})

test('GetRandomPassword: every type that is included, nothing that is excluded', async () => {
  const password = async (input: Parameters<SecretsManager['getRandomPassword']>[0]) => (await secrets.getRandomPassword(input)).RandomPassword!
  assert.match(await password({}), /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z0-9]).{32}$/)
  assert.match(await password({ PasswordLength: 200, ExcludePunctuation: true, ExcludeUppercase: true, ExcludeCharacters: '01' }), /^[a-z2-9]{200}$/)
  await assert.rejects(password({ PasswordLength: 3 }), {
    name: 'InvalidParameterException', message: 'Password length 3 too short based on the required types.',
  })
})

test('permissions: a user needs the secret\'s own ARN, and its tags and policy count', async () => {
  const iam = new IAM(cloud.client)
  await iam.createUser({ UserName: 'reader' })
  const { AccessKey } = await iam.createAccessKey({ UserName: 'reader' })
  const reader = new SecretsManager({ ...cloud.client, credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! } })
  const { ARN } = await create('guarded', 'x', { Tags: [{ Key: 'team', Value: 'fog' }] })
  await create('other', 'y')
  await assert.rejects(reader.getSecretValue({ SecretId: 'guarded' }), {
    name: 'AccessDeniedException',
    message: new RegExp(`not authorized to perform: secretsmanager:GetSecretValue on resource: ${ARN} because no identity-based policy`),
  })
  const allow = (Resource: string, Condition?: object) => iam.putUserPolicy({
    UserName: 'reader', PolicyName: 'p',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'secretsmanager:*', Resource, Condition } }),
  })
  await allow('arn:aws:secretsmanager:us-east-1:000000000000:secret:guarded-??????')
  assert.equal((await reader.getSecretValue({ SecretId: 'guarded' })).SecretString, 'x')
  await assert.rejects(reader.getSecretValue({ SecretId: 'other' }), { name: 'AccessDeniedException' })
  await allow('*', { StringEqualsIfExists: { 'secretsmanager:ResourceTag/team': 'fog' } })
  await secrets.tagResource({ SecretId: 'other', Tags: [{ Key: 'team', Value: 'sea' }] })
  const { SecretValues, Errors } = await secretsOf(reader)
  assert.deepEqual([SecretValues, Errors], [['x'], ['AccessDeniedException']])
  const deny = { Effect: 'Deny', Principal: '*', Action: 'secretsmanager:GetSecretValue', Resource: '*' }
  await secrets.putResourcePolicy({ SecretId: 'guarded', ResourcePolicy: JSON.stringify({ Version: '2012-10-17', Statement: deny }) })
  await assert.rejects(reader.getSecretValue({ SecretId: 'guarded' }), { message: /with an explicit deny in a resource-based policy/ })
  await secrets.deleteResourcePolicy({ SecretId: 'guarded' })
  reader.destroy()
  iam.destroy()
})

async function secretsOf(reader: SecretsManager) {
  const { SecretValues, Errors } = await reader.batchGetSecretValue({ SecretIdList: ['guarded', 'other'] })
  return { SecretValues: SecretValues!.map(one => one.SecretString), Errors: Errors!.map(one => one.ErrorCode) }
}

test('resource policies: another account reads what it is granted, unless the default key seals it', async () => {
  const elsewhere = new SecretsManager({ ...cloud.client, credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' } })
  const { ARN } = await create('shared', 'x')
  await assert.rejects(elsewhere.getSecretValue({ SecretId: ARN }), { name: 'AccessDeniedException' })
  const statement = { Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'secretsmanager:*', Resource: '*' }
  const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement: statement })
  await secrets.putResourcePolicy({ SecretId: 'shared', ResourcePolicy })
  assert.equal((await secrets.getResourcePolicy({ SecretId: 'shared' })).ResourcePolicy, ResourcePolicy)
  assert.equal((await elsewhere.describeSecret({ SecretId: ARN })).Name, 'shared')
  await assert.rejects(elsewhere.getSecretValue({ SecretId: ARN }), {
    name: 'InvalidRequestException', message: /encrypt the secret with the default KMS service key/,
  })
  const open = JSON.stringify({ Version: '2012-10-17', Statement: { ...statement, Principal: '*' } })
  await assert.rejects(secrets.putResourcePolicy({ SecretId: 'shared', ResourcePolicy: open, BlockPublicPolicy: true }), { name: 'PublicPolicyException' })
  await assert.rejects(secrets.putResourcePolicy({ SecretId: 'shared', ResourcePolicy: '{' }), { name: 'MalformedPolicyDocumentException' })
  const passes = async (policy: string) => (await secrets.validateResourcePolicy({ ResourcePolicy: policy })).PolicyValidationPassed
  assert.deepEqual([await passes(open), await passes(ResourcePolicy)], [false, true])
  elsewhere.destroy()
})

test('a secret under a KMS key: who reads it needs the key as well, also from another account', async () => {
  const [kms, iam] = [new KMS(cloud.client), new IAM(cloud.client)]
  const elsewhere = new SecretsManager({ ...cloud.client, credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' } })
  const { KeyId, Arn } = (await kms.createKey({})).KeyMetadata!
  const { ARN } = await create('keyed', 'sesame', { KmsKeyId: KeyId! })
  assert.equal(await value('keyed'), 'sesame')
  assert.deepEqual((await secrets.listSecretVersionIds({ SecretId: 'keyed' })).Versions![0]!.KmsKeyIds, [Arn])
  await iam.createUser({ UserName: 'keyless' })
  const { AccessKey } = await iam.createAccessKey({ UserName: 'keyless' })
  const reader = new SecretsManager({ ...cloud.client, credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! } })
  const may = (...Statement: object[]) => iam.putUserPolicy({ UserName: 'keyless', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17',
    Statement }) })
  const read = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }
  await may(read)
  await assert.rejects(reader.getSecretValue({ SecretId: 'keyed' }), { name: 'AccessDeniedException', message: 'Access to KMS is not allowed' })
  const via = (service: string) => ({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Condition: { StringEquals: { 'kms:ViaService': service } } })
  await may(read, via('ssm.us-east-1.amazonaws.com'))
  await assert.rejects(reader.getSecretValue({ SecretId: 'keyed' }), { message: 'Access to KMS is not allowed' })
  await may(read, via('secretsmanager.us-east-1.amazonaws.com'))
  assert.equal((await reader.getSecretValue({ SecretId: 'keyed' })).SecretString, 'sesame')
  const grant = { Effect: 'Allow', Principal: { AWS: '111111111111' }, Resource: '*' }
  await secrets.putResourcePolicy({
    SecretId: 'keyed', ResourcePolicy: JSON.stringify({ Version: '2012-10-17', Statement: { ...grant, Action: 'secretsmanager:GetSecretValue' } }),
  })
  await assert.rejects(elsewhere.getSecretValue({ SecretId: ARN }), { message: 'Access to KMS is not allowed' })
  const own = { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'kms:*', Resource: '*' }
  await kms.putKeyPolicy({ KeyId, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [own, { ...grant, Action: 'kms:Decrypt' }] }) })
  assert.equal((await elsewhere.getSecretValue({ SecretId: ARN })).SecretString, 'sesame')
  await kms.disableKey({ KeyId })
  await assert.rejects(value('keyed'), { name: 'DecryptionFailure', message: new RegExp(`${Arn} is disabled`) })
  await kms.enableKey({ KeyId })
  await secrets.updateSecret({ SecretId: 'keyed', KmsKeyId: 'alias/aws/secretsmanager' })
  await kms.disableKey({ KeyId })
  assert.equal(await value('keyed'), 'sesame')
  for (const client of [kms, iam, elsewhere, reader]) client.destroy()
})
