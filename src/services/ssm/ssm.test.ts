import assert from 'node:assert/strict'
import { createCipheriv, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { KMS } from '@aws-sdk/client-kms'
import { SSM } from '@aws-sdk/client-ssm'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import type { Ssm } from './state.ts'

let cloud: TestCloud
let ssm: SSM
before(async () => {
  cloud = await startCloud()
  ssm = new SSM(cloud.client)
})
after(async () => {
  ssm.destroy()
  await cloud.stop()
})

const put = (Name: string, Value: string, more: Partial<Parameters<SSM['putParameter']>[0]> = {}) => ssm.putParameter({ Name, Value, Type: 'String', ...more })
const value = async (Name: string, WithDecryption?: boolean) => (await ssm.getParameter({ Name, ...WithDecryption && { WithDecryption } })).Parameter!.Value

test('PutParameter: a second one of the name needs Overwrite, and is a new version', async () => {
  assert.deepEqual(
    [(await put('/a/b', '1')).Version, (await ssm.getParameter({ Name: '/a/b' })).Parameter!.ARN], [1, 'arn:aws:ssm:us-east-1:000000000000:parameter/a/b']
  )
  await assert.rejects(put('/a/b', '2'), {
    name: 'ParameterAlreadyExists', message: 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  })
  assert.equal((await put('/a/b', '2', { Overwrite: true })).Version, 2)
  assert.deepEqual([await value('/a/b'), await value('/a/b:1'), await value('arn:aws:ssm:us-east-1:000000000000:parameter/a/b')], ['2', '1', '2'])
  await assert.rejects(value('/a/b:7'), { name: 'ParameterVersionNotFound' })
  await assert.rejects(value('/nothing'), { name: 'ParameterNotFound' })
})

test('PutParameter: what AWS refuses is refused', async () => {
  await assert.rejects(put('/aws/x', '1'), { name: 'AccessDeniedException', message: 'No access to reserved parameter name: /aws/x.' })
  await assert.rejects(put('ssm-x', '1'), { name: 'ValidationException' })
  await assert.rejects(put('a b', '1'), { name: 'ValidationException' })
  await assert.rejects(put('/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16', '1'), { name: 'HierarchyLevelLimitExceededException' })
  await assert.rejects(
    put('big', 'x'.repeat(4097)), { name: 'ValidationException', message: /Standard tier parameters support a maximum parameter value of 4096 characters/ }
  )
  assert.equal((await put('big', 'x'.repeat(4097), { Tier: 'Intelligent-Tiering' })).Tier, 'Advanced')
  await assert.rejects(ssm.putParameter({ Name: 'untyped', Value: '1' }), { message: 'A parameter type is required when you create a parameter.' })
  await assert.rejects(put('pattern', 'x', { AllowedPattern: '^\\d+$' }), { name: 'ParameterPatternMismatchException' })
  await assert.rejects(put('keyed', 'x', { Type: 'SecureString', KeyId: 'alias/mine' }), {
    name: 'InvalidKeyId', message: /^Alias arn:aws:kms:us-east-1:000000000000:alias\/mine is not found\. \(Service: AWSKMS/,
  })
})

test('a secure string is sealed in the store, and opened only WithDecryption', async () => {
  await put('secret', 'open sesame', { Type: 'SecureString' })
  const sealed = await value('secret')
  assert.ok(!sealed!.includes('sesame'))
  assert.equal(await value('secret', true), 'open sesame')
  assert.equal((await ssm.describeParameters({ ParameterFilters: [{ Key: 'Name', Values: ['secret'] }] })).Parameters![0]!.KeyId, 'alias/aws/ssm')
})

test('a secure string under a key of KMS: who reads it needs kms:Decrypt through Systems Manager', async () => {
  const [kms, iam] = [new KMS(cloud.client), new IAM(cloud.client)]
  const { KeyId, Arn } = (await kms.createKey({})).KeyMetadata!
  await put('/keyed/standard', 'one', { Type: 'SecureString', KeyId: KeyId! })
  await put('/keyed/advanced', 'x'.repeat(5000), { Type: 'SecureString', KeyId: Arn!, Tier: 'Advanced' })
  assert.deepEqual([await value('/keyed/standard', true), (await value('/keyed/advanced', true))!.length], ['one', 5000])
  const CiphertextBlob = new Uint8Array(Buffer.from((await value('/keyed/standard'))!, 'base64'))
  const opened = await kms.decrypt({ CiphertextBlob, EncryptionContext: { PARAMETER_ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/keyed/standard' } })
  assert.equal(Buffer.from(opened.Plaintext!).toString(), 'one')
  await iam.createUser({ UserName: 'reader' })
  const { AccessKey } = await iam.createAccessKey({ UserName: 'reader' })
  const reader = new SSM({ ...cloud.client, credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! } })
  const may = (Action: string[]) => iam.putUserPolicy({
    UserName: 'reader', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } }),
  })
  await may(['ssm:*'])
  await assert.rejects(reader.getParameter({ Name: '/keyed/standard', WithDecryption: true }), {
    name: 'AccessDeniedException', message: /is not authorized to perform: kms:Decrypt on resource: .* \(Service: AWSKMS/,
  })
  await reader.getParameter({ Name: '/keyed/standard' })
  await may(['ssm:*', 'kms:Decrypt'])
  assert.equal((await reader.getParameter({ Name: '/keyed/standard', WithDecryption: true })).Parameter!.Value, 'one')
  await assert.rejects(reader.putParameter({ Name: '/keyed/new', Value: 'x', Type: 'SecureString', KeyId: KeyId! }), { message: /kms:Encrypt/ })
  await kms.disableKey({ KeyId })
  await assert.rejects(value('/keyed/standard', true), { name: 'InvalidKeyId', message: /is disabled/ })
  for (const client of [kms, iam, reader]) client.destroy()
})

test('a secure string that an earlier build sealed still opens', async () => {
  await put('old', 'x', { Type: 'SecureString' })
  const { tables } = cloud.cloud.platform.scope('ssm', { account: '000000000000', region: 'us-east-1' }) as Ssm
  const key = randomBytes(32)
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const body = Buffer.concat([cipher.update('from before'), cipher.final()])
  await tables.keys.put({ id: 'secure-strings', key: key.toString('base64') })
  await tables.versions.put({ ...(await tables.versions.get('old', 1))!, value: Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64') })
  assert.equal(await value('old', true), 'from before')
})

test('GetParametersByPath: one level or all, page by page', async () => {
  for (const name of ['/p/1', '/p/2', '/p/q/3', '/px/4']) await put(name, name)
  const names = async (Recursive: boolean) => (await ssm.getParametersByPath({ Path: '/p', Recursive })).Parameters!.map(parameter => parameter.Name)
  assert.deepEqual([await names(false), await names(true)], [['/p/1', '/p/2'], ['/p/1', '/p/2', '/p/q/3']])
  const first = await ssm.getParametersByPath({ Path: '/p/', Recursive: true, MaxResults: 2 })
  const second = await ssm.getParametersByPath({ Path: '/p/', Recursive: true, MaxResults: 2, NextToken: first.NextToken })
  assert.deepEqual([first, second].map(page => page.Parameters!.length), [2, 1])
  await assert.rejects(ssm.getParametersByPath({ Path: 'p' }), { name: 'ValidationException' })
})

test('GetParameters and DeleteParameters: names that lead nowhere are told apart', async () => {
  await put('there', '1')
  const found = await ssm.getParameters({ Names: ['there', 'not'] })
  assert.deepEqual([found.Parameters!.map(parameter => parameter.Name), found.InvalidParameters], [['there'], ['not']])
  const gone = await ssm.deleteParameters({ Names: ['there', 'not'] })
  assert.deepEqual([gone.DeletedParameters, gone.InvalidParameters], [['there'], ['not']])
  await assert.rejects(ssm.deleteParameter({ Name: 'there' }), { name: 'ParameterNotFound' })
})

test('labels select a version, and move', async () => {
  await put('labelled', 'one')
  await put('labelled', 'two', { Overwrite: true })
  await ssm.labelParameterVersion({ Name: 'labelled', ParameterVersion: 1, Labels: ['prod'] })
  assert.equal(await value('labelled:prod'), 'one')
  const { InvalidLabels } = await ssm.labelParameterVersion({ Name: 'labelled', Labels: ['prod', '9x'] })
  assert.deepEqual([await value('labelled:prod'), InvalidLabels], ['two', ['9x']])
  assert.deepEqual(
    (await ssm.getParameterHistory({ Name: 'labelled' })).Parameters!.map(version => [version.Version, version.Labels]), [[1, []], [2, ['prod']]]
  )
  await ssm.unlabelParameterVersion({ Name: 'labelled', ParameterVersion: 2, Labels: ['prod'] })
  await assert.rejects(value('labelled:prod'), { name: 'ParameterVersionNotFound' })
})

test('tags: with the parameter or later, and as a filter', async () => {
  await put('tagged', '1', { Tags: [{ Key: 'team', Value: 'fog' }] })
  const target = { ResourceType: 'Parameter' as const, ResourceId: 'tagged' }
  await ssm.addTagsToResource({ ...target, Tags: [{ Key: 'b', Value: '2' }] })
  assert.deepEqual(
    (await ssm.describeParameters({ ParameterFilters: [{ Key: 'tag:team', Values: ['fog'] }] })).Parameters!.map(parameter => parameter.Name), ['tagged']
  )
  await ssm.removeTagsFromResource({ ...target, TagKeys: ['team'] })
  assert.deepEqual((await ssm.listTagsForResource(target)).TagList, [{ Key: 'b', Value: '2' }])
  await assert.rejects(put('tagged', '1', { Overwrite: true, Tags: [{ Key: 'a', Value: '1' }] }), { message: /tags and overwrite can't be used together/ })
})

test('a hundred versions are kept; the oldest goes, unless it has a label', async () => {
  await put('many', '1')
  await ssm.labelParameterVersion({ Name: 'many', Labels: ['first'] })
  for (let version = 2; version <= 100; version++) await put('many', String(version), { Overwrite: true })
  await assert.rejects(put('many', '101', { Overwrite: true }), { name: 'ParameterMaxVersionLimitExceeded' })
  await ssm.unlabelParameterVersion({ Name: 'many', ParameterVersion: 1, Labels: ['first'] })
  await put('many', '101', { Overwrite: true })
  await assert.rejects(value('many:1'), { name: 'ParameterVersionNotFound' })
})
