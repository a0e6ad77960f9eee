import assert from 'node:assert/strict'
import { constants, createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { after, before, test } from 'node:test'
import { KMS, type KeySpec, type SigningAlgorithmSpec } from '@aws-sdk/client-kms'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { signDigest, verifyDigest } from './ecdsa.ts'

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

const message = new Uint8Array(Buffer.from('fog over the harbour'))
const digestOf = (hash: string) => new Uint8Array(createHash(hash).update(message).digest())

const cases: [KeySpec, SigningAlgorithmSpec][] = [
  ['ECC_NIST_P256', 'ECDSA_SHA_256'], ['ECC_NIST_P384', 'ECDSA_SHA_384'], ['ECC_NIST_P521', 'ECDSA_SHA_512'], ['ECC_SECG_P256K1', 'ECDSA_SHA_256'],
  ['RSA_2048', 'RSASSA_PSS_SHA_256'], ['RSA_2048', 'RSASSA_PSS_SHA_512'], ['RSA_3072', 'RSASSA_PKCS1_V1_5_SHA_384'],
]
for (const [KeySpec, SigningAlgorithm] of cases) {
  test(`${KeySpec} with ${SigningAlgorithm}: a digest is signed as its message is, as OpenSSL sees it`, async () => {
    const { KeyId } = (await kms.createKey({ KeySpec, KeyUsage: 'SIGN_VERIFY' })).KeyMetadata!
    const hash = `sha${SigningAlgorithm.slice(-3)}`
    const Digest = digestOf(hash)
    const { PublicKey } = await kms.getPublicKey({ KeyId })
    const key = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' })
    const padding = SigningAlgorithm.includes('PSS') ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {}
    const whole = (await kms.sign({ KeyId, Message: message, SigningAlgorithm })).Signature!
    const digested = (await kms.sign({ KeyId, Message: Digest, MessageType: 'DIGEST', SigningAlgorithm })).Signature!
    for (const Signature of [whole, digested]) {
      assert.ok(verify(hash, message, { key, ...padding }, Signature))
      assert.equal((await kms.verify({ KeyId, Message: message, SigningAlgorithm, Signature })).SignatureValid, true)
      assert.equal((await kms.verify({ KeyId, Message: Digest, MessageType: 'DIGEST', SigningAlgorithm, Signature })).SignatureValid, true)
      const other = new Uint8Array(Digest.map(byte => byte ^ 1))
      await assert.rejects(kms.verify({ KeyId, Message: other, MessageType: 'DIGEST', SigningAlgorithm, Signature }), { name: 'KMSInvalidSignatureException' })
      const changed = Signature.map((byte, at) => at === Signature.length - 1 ? byte ^ 1 : byte)
      await assert.rejects(kms.verify({ KeyId, Message: Digest, MessageType: 'DIGEST', SigningAlgorithm, Signature: changed }), {
        name: 'KMSInvalidSignatureException',
      })
    }
    await assert.rejects(kms.sign({ KeyId, Message: message, MessageType: 'DIGEST', SigningAlgorithm }), {
      name: 'ValidationException', message: `Digest is invalid length for algorithm ${SigningAlgorithm}.`,
    })
  })
}

test('Ed25519 signs messages', async () => {
  const { KeyId } = (await kms.createKey({ KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' })).KeyMetadata!
  const asked = { KeyId, Message: message, SigningAlgorithm: 'ED25519_SHA_512' as const }
  const { Signature } = await kms.sign(asked)
  assert.equal((await kms.verify({ ...asked, Signature })).SignatureValid, true)
})

test('what is no signature at all is no signature, and no failure', async () => {
  const { KeyId } = (await kms.createKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })).KeyMetadata!
  const { PublicKey } = await kms.getPublicKey({ KeyId })
  const key = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' })
  for (const hex of ['', '30', '3000', '30060201000201', '3006020100020100', '3006020101020101', '30810602010102010100']) {
    assert.equal(verifyDigest(key, digestOf('sha256'), Buffer.from(hex, 'hex')), false, hex)
  }
})

test('a digest is verified as OpenSSL verifies its message, with many keys', () => {
  for (const [namedCurve, hash] of [['P-256', 'sha256'], ['P-384', 'sha384'], ['P-521', 'sha512'], ['secp256k1', 'sha256']] as const) {
    for (let round = 0; round < 5; round++) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
      const text = Buffer.from(`${namedCurve} ${round}`)
      const digest = createHash(hash).update(text).digest()
      assert.ok(verifyDigest(publicKey, digest, sign(hash, text, privateKey)), `${namedCurve} ${round}`)
      assert.ok(verify(hash, text, publicKey, signDigest(privateKey, digest)), `${namedCurve} ${round}`)
      assert.ok(!verifyDigest(generateKeyPairSync('ec', { namedCurve }).publicKey, digest, sign(hash, text, privateKey)))
    }
  }
})
