import assert from 'node:assert/strict'
import { createPublicKey, publicEncrypt, constants } from 'node:crypto'
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { KMS, paginateListAliases, paginateListKeys } from '@aws-sdk/client-kms'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { startCloud, type TestCloud } from '../../testing/index.ts'

let cloud: TestCloud
let kms: KMS
before(async () => {
  cloud = await startCloud()
  kms = new KMS(cloud.client)
})
after(async () => {
  kms.destroy()
  await cloud.stop()
})

const days = (count: number) => count * 86_400_000
const bytes = (text: string) => new Uint8Array(Buffer.from(text))
const text = (given: Uint8Array | undefined) => Buffer.from(given!).toString()
const create = async (input: Parameters<KMS['createKey']>[0] = {}) => (await kms.createKey(input)).KeyMetadata!
const encrypt = async (KeyId: string, plain: string, more: object = {}) => (await kms.encrypt({ KeyId, Plaintext: bytes(plain), ...more })).CiphertextBlob!
const decrypt = async (CiphertextBlob: Uint8Array, more: object = {}) => text((await kms.decrypt({ CiphertextBlob, ...more })).Plaintext)

test('CreateKey: a symmetric key, described as AWS describes it', async () => {
  const key = await create({ Description: 'fog' })
  const { CreationDate, CurrentKeyMaterialId, ...rest } = (await kms.describeKey({ KeyId: key.Arn })).KeyMetadata!
  assert.deepEqual(rest, {
    AWSAccountId: '000000000000', Arn: `arn:aws:kms:us-east-1:000000000000:key/${key.KeyId}`, CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT', Description: 'fog',
      Enabled: true,
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'], KeyId: key.KeyId, KeyManager: 'CUSTOMER', KeySpec: 'SYMMETRIC_DEFAULT', KeyState: 'Enabled',
    KeyUsage: 'ENCRYPT_DECRYPT', MultiRegion: false, Origin: 'AWS_KMS',
  })
  assert.deepEqual([CreationDate!.getTime(), CurrentKeyMaterialId!.length], [cloud.clock.now(), 64])
  await assert.rejects(create({ KeySpec: 'HMAC_256' }), {
    name: 'ValidationException', message: 'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
  })
  await assert.rejects(create({ MultiRegion: true }), { name: 'UnsupportedOperationException' })
  await assert.rejects(create({ Origin: 'AWS_CLOUDHSM' }), { name: 'UnsupportedOperationException' })
})

test('a key that is not there is said to be, in AWS\'s words', async () => {
  const KeyId = '00000000-1111-2222-3333-444444444444'
  await assert.rejects(kms.describeKey({ KeyId }), {
    name: 'NotFoundException', message: `Key 'arn:aws:kms:us-east-1:000000000000:key/${KeyId}' does not exist`,
  })
  await assert.rejects(kms.describeKey({ KeyId: 'fake-key-id' }), { name: 'NotFoundException', message: "Invalid keyId 'fake-key-id'" })
  await assert.rejects(kms.describeKey({ KeyId: `arn:aws:kms:eu-west-1:000000000000:key/${KeyId}` }), {
    name: 'NotFoundException', message: 'Invalid arn eu-west-1',
  })
  await assert.rejects(kms.describeKey({ KeyId: 'alias/none' }), {
    name: 'NotFoundException', message: 'Alias arn:aws:kms:us-east-1:000000000000:alias/none is not found.',
  })
})

test('Encrypt and Decrypt: the ciphertext names its key, and its context must be the same', async () => {
  const { Arn, KeyId } = await create()
  const blob = await encrypt(KeyId!, 'sesame', { EncryptionContext: { a: '1', b: '2' } })
  assert.equal(Buffer.from(blob).toString('base64').slice(0, 6), 'AQICAH')
  assert.equal(await decrypt(blob, { EncryptionContext: { b: '2', a: '1' } }), 'sesame')
  await assert.rejects(decrypt(blob), { name: 'InvalidCiphertextException' })
  await assert.rejects(decrypt(bytes('nothing at all')), { name: 'InvalidCiphertextException' })
  const other = await create()
  await assert.rejects(decrypt(blob, { EncryptionContext: { b: '2', a: '1' }, KeyId: other.KeyId }), {
    name: 'IncorrectKeyException', message: 'The key ID in the request does not identify a CMK that can perform this operation.',
  })
  const changed = new Uint8Array(blob)
  changed[changed.length - 1]! ^= 1
  await assert.rejects(decrypt(changed, { EncryptionContext: { b: '2', a: '1' } }), { name: 'InvalidCiphertextException' })
  const again = await kms.reEncrypt({ CiphertextBlob: blob, SourceEncryptionContext: { a: '1', b: '2' }, DestinationKeyId: other.KeyId })
  assert.deepEqual([again.SourceKeyId, again.KeyId, await decrypt(again.CiphertextBlob!)], [Arn, other.Arn, 'sesame'])
  await assert.rejects(kms.encrypt({ KeyId, Plaintext: bytes('x'), DryRun: true }), { name: 'DryRunOperationException' })
})

test('GenerateDataKey: the plaintext and its ciphertext are the same key', async () => {
  const { KeyId } = await create()
  const { Plaintext, CiphertextBlob } = await kms.generateDataKey({ KeyId, KeySpec: 'AES_256' })
  assert.deepEqual([Plaintext!.length, (await kms.decrypt({ CiphertextBlob })).Plaintext], [32, Plaintext])
  const hidden = await kms.generateDataKeyWithoutPlaintext({ KeyId, NumberOfBytes: 7 })
  assert.equal((await kms.decrypt({ CiphertextBlob: hidden.CiphertextBlob })).Plaintext!.length, 7)
  await assert.rejects(kms.generateDataKey({ KeyId }), { name: 'ValidationException', message: 'Please specify either number of bytes or key spec.' })
  const pair = await kms.generateDataKeyPair({ KeyId, KeyPairSpec: 'ECC_NIST_P256' })
  assert.deepEqual((await kms.decrypt({ CiphertextBlob: pair.PrivateKeyCiphertextBlob })).Plaintext, pair.PrivateKeyPlaintext)
  assert.equal((await kms.generateRandom({ NumberOfBytes: 12 })).Plaintext!.length, 12)
})

test('RSA keys encrypt what their padding leaves room for, and what others encrypt with their public key', async () => {
  const { KeyId, Arn } = await create({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
  const { PublicKey } = await kms.getPublicKey({ KeyId })
  const key = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' })
  const sealed = publicEncrypt({ key, oaepHash: 'sha256', padding: constants.RSA_PKCS1_OAEP_PADDING }, bytes('from outside'))
  assert.equal(await decrypt(new Uint8Array(sealed), { KeyId, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }), 'from outside')
  await assert.rejects(encrypt(KeyId!, 'x'.repeat(191), { EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }), {
    name: 'ValidationException', message: 'Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt data larger than 190 bytes.',
  })
  await assert.rejects(kms.generateMac({ KeyId, MacAlgorithm: 'HMAC_SHA_256', Message: bytes('x') }), {
    name: 'InvalidKeyUsageException', message: `${Arn} key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.`,
  })
})

test('HMAC keys: a code is verified, another message is not', async () => {
  const { KeyId } = await create({ KeySpec: 'HMAC_384', KeyUsage: 'GENERATE_VERIFY_MAC' })
  const MacAlgorithm = 'HMAC_SHA_384'
  const { Mac } = await kms.generateMac({ KeyId, MacAlgorithm, Message: bytes('fog') })
  assert.equal((await kms.verifyMac({ KeyId, MacAlgorithm, Message: bytes('fog'), Mac })).MacValid, true)
  await assert.rejects(kms.verifyMac({ KeyId, MacAlgorithm, Message: bytes('sea'), Mac }), { name: 'KMSInvalidMacException' })
  await assert.rejects(kms.generateMac({ KeyId, MacAlgorithm: 'HMAC_SHA_512', Message: bytes('fog') }), {
    name: 'InvalidKeyUsageException', message: 'Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_384.',
  })
})

test('DeriveSharedSecret: two keys of a curve come to the same secret', async () => {
  const [one, two] = [await create({ KeySpec: 'ECC_NIST_P384', KeyUsage: 'KEY_AGREEMENT' }), await create({ KeySpec: 'ECC_NIST_P384',
    KeyUsage: 'KEY_AGREEMENT' })]
  const secret = async (KeyId: string, other: string) => {
    const { PublicKey } = await kms.getPublicKey({ KeyId: other })
    return (await kms.deriveSharedSecret({ KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey })).SharedSecret
  }
  assert.deepEqual(await secret(one.KeyId!, two.KeyId!), await secret(two.KeyId!, one.KeyId!))
})

test('a disabled key does nothing, one that is pending deletion even less', async () => {
  const { KeyId, Arn } = await create()
  const blob = await encrypt(KeyId!, 'x')
  await kms.disableKey({ KeyId })
  await assert.rejects(decrypt(blob), { name: 'DisabledException', message: `${Arn} is disabled.` })
  await kms.enableKey({ KeyId })
  assert.equal(await decrypt(blob), 'x')
  const { DeletionDate, KeyState } = await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 })
  assert.deepEqual([DeletionDate!.getTime(), KeyState], [cloud.clock.now() + days(7), 'PendingDeletion'])
  await assert.rejects(decrypt(blob), { name: 'KMSInvalidStateException', message: `${Arn} is pending deletion.` })
  await kms.cancelKeyDeletion({ KeyId })
  assert.equal((await kms.describeKey({ KeyId })).KeyMetadata!.KeyState, 'Disabled')
  await kms.createAlias({ AliasName: 'alias/dying', TargetKeyId: KeyId })
  await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 })
  await cloud.clock.advance(days(7))
  await assert.rejects(decrypt(blob), { name: 'AccessDeniedException', message: /^The ciphertext refers to a customer master key that does not exist/ })
  await assert.rejects(kms.describeKey({ KeyId: 'alias/dying' }), { name: 'NotFoundException' })
})

test('rotation: on its day and on demand, and old ciphertexts still open', async () => {
  const { KeyId } = await create()
  const old = await encrypt(KeyId!, 'old')
  await kms.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 })
  const status = await kms.getKeyRotationStatus({ KeyId })
  assert.deepEqual([status.KeyRotationEnabled, status.NextRotationDate!.getTime()], [true, cloud.clock.now() + days(90)])
  const material = async () => (await kms.describeKey({ KeyId })).KeyMetadata!.CurrentKeyMaterialId
  const first = await material()
  await cloud.clock.advance(days(90))
  const second = await material()
  await kms.rotateKeyOnDemand({ KeyId })
  assert.equal(new Set([first, second, await material()]).size, 3)
  assert.deepEqual([await decrypt(old), await decrypt(await encrypt(KeyId!, 'new'))], ['old', 'new'])
  const { Rotations } = await kms.listKeyRotations({ KeyId })
  assert.deepEqual(Rotations!.map(one => [one.RotationType, one.KeyMaterialState]), [['AUTOMATIC', 'NON_CURRENT'], ['ON_DEMAND', 'CURRENT']])
  await kms.disableKeyRotation({ KeyId })
  await cloud.clock.advance(days(200))
  assert.equal((await kms.listKeyRotations({ KeyId })).Rotations!.length, 2)
})

test('aliases: they name a key, move, and are listed with those of AWS', async () => {
  const [one, two] = [await create(), await create()]
  await kms.createAlias({ AliasName: 'alias/mine', TargetKeyId: one.KeyId })
  await assert.rejects(kms.createAlias({ AliasName: 'alias/mine', TargetKeyId: two.KeyId }), {
    name: 'AlreadyExistsException', message: 'An alias with the name arn:aws:kms:us-east-1:000000000000:alias/mine already exists',
  })
  const blob = await encrypt('alias/mine', 'x')
  await kms.updateAlias({ AliasName: 'alias/mine', TargetKeyId: two.KeyId })
  assert.equal((await kms.describeKey({ KeyId: 'arn:aws:kms:us-east-1:000000000000:alias/mine' })).KeyMetadata!.KeyId, two.KeyId)
  assert.equal(await decrypt(blob), 'x')
  const names: string[] = []
  for await (const page of paginateListAliases({ client: kms, pageSize: 2 }, {})) names.push(...page.Aliases!.map(alias => alias.AliasName!))
  assert.ok(names.includes('alias/mine') && names.includes('alias/aws/sqs'))
  assert.deepEqual(names, [...new Set(names)].sort())
  assert.deepEqual((await kms.listAliases({ KeyId: two.KeyId })).Aliases!.map(alias => alias.AliasName), ['alias/mine'])
  await kms.deleteAlias({ AliasName: 'alias/mine' })
  await assert.rejects(kms.deleteAlias({ AliasName: 'alias/mine' }), { name: 'NotFoundException' })
  await assert.rejects(kms.createAlias({ AliasName: 'mine', TargetKeyId: one.KeyId }), { name: 'ValidationException', message: 'Invalid identifier' })
  await assert.rejects(kms.createAlias({ AliasName: 'alias/aws/mine', TargetKeyId: one.KeyId }), { name: 'NotAuthorizedException' })
})

test('an AWS managed key is made when it is described, and nobody uses it but its service', async () => {
  await assert.rejects(encrypt('alias/aws/sqs', 'x'), { name: 'NotFoundException' })
  const { KeyMetadata } = await kms.describeKey({ KeyId: 'alias/aws/sqs' })
  assert.equal(KeyMetadata!.KeyManager, 'AWS')
  await assert.rejects(encrypt('alias/aws/sqs', 'x'), {
    name: 'AccessDeniedException', message: /because no resource-based policy allows the kms:Encrypt action/,
  })
})

test('ListKeys and tags, page by page', async () => {
  const { KeyId } = await create({ Tags: [{ TagKey: 'team', TagValue: 'fog' }] })
  const seen: string[] = []
  for await (const page of paginateListKeys({ client: kms, pageSize: 3 }, {})) seen.push(...page.Keys!.map(key => key.KeyId!))
  assert.ok(seen.includes(KeyId!) && new Set(seen).size === seen.length)
  await kms.tagResource({ KeyId, Tags: [{ TagKey: 'a', TagValue: '1' }] })
  await kms.untagResource({ KeyId, TagKeys: ['team'] })
  assert.deepEqual((await kms.listResourceTags({ KeyId })).Tags, [{ TagKey: 'a', TagValue: '1' }])
})

test('a restart keeps keys and what they sealed; without the master key nothing opens, and nothing is lost', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'fogbank-kms-'))
  const run = async <T>(work: (clients: { kms: KMS, secrets: SecretsManager }) => Promise<T>): Promise<T> => {
    const own = await startCloud({ dataFolder })
    const clients = { kms: new KMS(own.client), secrets: new SecretsManager(own.client) }
    try {
      return await work(clients)
    } finally {
      for (const client of Object.values(clients)) client.destroy()
      await own.stop()
    }
  }
  const blob = await run(async ({ kms, secrets }) => {
    const { KeyId } = (await kms.createKey({})).KeyMetadata!
    await secrets.createSecret({ Name: 'own', SecretString: 'one' })
    await secrets.createSecret({ Name: 'keyed', SecretString: 'two', KmsKeyId: KeyId! })
    return (await kms.encrypt({ KeyId, Plaintext: bytes('three') })).CiphertextBlob!
  })
  const opened = () => run(async ({ kms, secrets }) => [
    ...await Promise.all(['own', 'keyed'].map(async SecretId => (await secrets.getSecretValue({ SecretId })).SecretString)),
    text((await kms.decrypt({ CiphertextBlob: blob })).Plaintext),
  ])
  assert.deepEqual(await opened(), ['one', 'two', 'three'])
  renameSync(join(dataFolder, 'master.key'), join(dataFolder, 'away'))
  await assert.rejects(opened())
  assert.equal(existsSync(join(dataFolder, 'master.key')), false)
  renameSync(join(dataFolder, 'away'), join(dataFolder, 'master.key'))
  assert.deepEqual(await opened(), ['one', 'two', 'three'])
  rmSync(dataFolder, { recursive: true })
})
