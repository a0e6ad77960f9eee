import assert from 'node:assert/strict'
import { constants, createCipheriv, createPublicKey, generateKeyPairSync, publicEncrypt, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { KMS, type AlgorithmSpec } from '@aws-sdk/client-kms'
import { startCloud, type TestCloud } from '../../../testing/index.ts'

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

const day = 86_400_000
const Plaintext = new Uint8Array([1, 2, 3])

async function bring(KeyId: string, material: Uint8Array, more: object, WrappingAlgorithm: AlgorithmSpec = 'RSAES_OAEP_SHA_256') {
  const { PublicKey, ImportToken } = await kms.getParametersForImport({ KeyId, WrappingAlgorithm, WrappingKeySpec: 'RSA_2048' })
  const key = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' })
  const rsa = (bytes: Uint8Array) => publicEncrypt({ key, oaepHash: 'sha256', padding: constants.RSA_PKCS1_OAEP_PADDING }, bytes)
  let wrapped = rsa(WrappingAlgorithm === 'RSAES_OAEP_SHA_256' ? material : randomBytes(0))
  if (WrappingAlgorithm === 'RSA_AES_KEY_WRAP_SHA_256') {
    const aes = randomBytes(32)
    const cipher = createCipheriv('id-aes256-wrap-pad', aes, Buffer.from('A65959A6', 'hex'))
    wrapped = Buffer.concat([rsa(aes), cipher.update(material), cipher.final()])
  }
  return kms.importKeyMaterial({ KeyId, ImportToken, EncryptedKeyMaterial: new Uint8Array(wrapped), ...more })
}

test('imported material: the key works with it, waits without it, and takes the same again only', async () => {
  const { KeyId, Arn, KeyState } = (await kms.createKey({ Origin: 'EXTERNAL' })).KeyMetadata!
  assert.equal(KeyState, 'PendingImport')
  await assert.rejects(kms.encrypt({ KeyId, Plaintext }), { name: 'KMSInvalidStateException', message: `${Arn} is pending import.` })
  const material = new Uint8Array(randomBytes(32))
  await assert.rejects(bring(KeyId!, material, {}), {
    name: 'ValidationException', message: 'A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES',
  })
  const forever = { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }
  await assert.rejects(bring(KeyId!, material.subarray(1), forever), { name: 'IncorrectKeyMaterialException' })
  await bring(KeyId!, material, forever)
  const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext })
  await kms.deleteImportedKeyMaterial({ KeyId })
  await assert.rejects(kms.decrypt({ CiphertextBlob }), { name: 'KMSInvalidStateException' })
  await assert.rejects(bring(KeyId!, new Uint8Array(randomBytes(32)), forever), { name: 'IncorrectKeyMaterialException' })
  await bring(KeyId!, material, { ValidTo: new Date(cloud.clock.now() + day) })
  assert.deepEqual((await kms.decrypt({ CiphertextBlob })).Plaintext, Plaintext)
  await cloud.clock.advance(day)
  assert.equal((await kms.describeKey({ KeyId })).KeyMetadata!.KeyState, 'PendingImport')
})

test('an elliptic private key is imported in an AES wrapping, and its public key is the same', async () => {
  const { KeyId } = (await kms.createKey({ Origin: 'EXTERNAL', KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })).KeyMetadata!
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const material = new Uint8Array(pair.privateKey.export({ type: 'pkcs8', format: 'der' }))
  await bring(KeyId!, material, { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }, 'RSA_AES_KEY_WRAP_SHA_256')
  assert.deepEqual(Buffer.from((await kms.getPublicKey({ KeyId })).PublicKey!), pair.publicKey.export({ type: 'spki', format: 'der' }))
})

test('a token is for its key, and for a day', async () => {
  const [one, two] = [(await kms.createKey({ Origin: 'EXTERNAL' })).KeyMetadata!, (await kms.createKey({ Origin: 'EXTERNAL' })).KeyMetadata!]
  const { ImportToken } = await kms.getParametersForImport({ KeyId: one.KeyId, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' })
  const asked = { ImportToken, EncryptedKeyMaterial: new Uint8Array(256), ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' as const }
  await assert.rejects(kms.importKeyMaterial({ ...asked, KeyId: two.KeyId }), { name: 'InvalidImportTokenException' })
  await assert.rejects(kms.importKeyMaterial({ ...asked, KeyId: one.KeyId }), { name: 'InvalidCiphertextException' })
  await cloud.clock.advance(day)
  await assert.rejects(kms.importKeyMaterial({ ...asked, KeyId: one.KeyId }), { name: 'ExpiredImportTokenException' })
  const own = (await kms.createKey({})).KeyMetadata!
  await assert.rejects(kms.getParametersForImport({ KeyId: own.KeyId, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }), {
    name: 'UnsupportedOperationException', message: `${own.Arn} origin is AWS_KMS which is not valid for this operation.`,
  })
})
