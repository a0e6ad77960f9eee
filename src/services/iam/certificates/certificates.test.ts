import assert from 'node:assert/strict'
import { generateKeyPairSync, sign, type KeyPairKeyObjectResult } from 'node:crypto'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { iam as iamService } from '../service.ts'

let cloud: TestCloud
let iam: IAM
before(async () => {
  cloud = await startCloud({ services: [iamService] })
  iam = new IAM(cloud.client)
})
after(async () => {
  iam.destroy()
  await cloud.stop()
})

const named = (name: string) => (error: any) => {
  assert.equal(error.name, name, error.message)
  return true
}

// A certificate that signs itself, in DER: what X.509 needs at the least.
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.of(tag, ...length), body])
}
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts)
const oid = (...bytes: number[]) => der(6, Buffer.from(bytes))
function certificate(keys: KeyPairKeyObjectResult): string {
  const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11), der(5))
  const name = sequence(der(0x31, sequence(oid(0x55, 4, 3), der(12, Buffer.from('fog.example')))))
  const validity = sequence(der(0x17, Buffer.from('260101000000Z')), der(0x17, Buffer.from('300101000000Z')))
  const facts = sequence(
    der(0xa0, der(2, Buffer.of(2))), der(2, Buffer.of(1)), algorithm, name, validity, name, keys.publicKey.export({ type: 'spki', format: 'der' })
  )
  const whole = sequence(facts, algorithm, der(3, Buffer.of(0), sign('sha256', facts, keys.privateKey)))
  return `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = (pair: KeyPairKeyObjectResult) => pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
const CertificateBody = certificate(keys)

test('server certificates: kept with their keys, which must be theirs', async () => {
  const upload = (more: object = {}) => iam.uploadServerCertificate({
    ServerCertificateName: 'fog', Path: '/cdn/', CertificateBody, PrivateKey: pem(keys), Tags: [{ Key: 'a', Value: '1' }], ...more
  })
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await assert.rejects(upload({ PrivateKey: pem(other) }), named('KeyPairMismatchException'))
  await assert.rejects(upload({ CertificateBody: 'rubbish' }), named('MalformedCertificateException'))
  const { ServerCertificateMetadata: made } = await upload()
  assert.deepEqual([made!.Arn, made!.Expiration], ['arn:aws:iam::000000000000:server-certificate/cdn/fog', new Date('2030-01-01T00:00:00Z')])
  await assert.rejects(upload(), named('EntityAlreadyExistsException'))
  await iam.updateServerCertificate({ ServerCertificateName: 'fog', NewServerCertificateName: 'mist', NewPath: '/' })
  await iam.tagServerCertificate({ ServerCertificateName: 'mist', Tags: [{ Key: 'b', Value: '2' }] })
  await iam.untagServerCertificate({ ServerCertificateName: 'mist', TagKeys: ['a'] })
  assert.deepEqual((await iam.listServerCertificateTags({ ServerCertificateName: 'mist' })).Tags, [{ Key: 'b', Value: '2' }])
  assert.deepEqual((await iam.listServerCertificates({})).ServerCertificateMetadataList!.map(one => one.ServerCertificateName), ['mist'])
  assert.equal((await iam.getServerCertificate({ ServerCertificateName: 'mist' })).ServerCertificate!.CertificateBody, CertificateBody)
  await iam.deleteServerCertificate({ ServerCertificateName: 'mist' })
  await assert.rejects(iam.getServerCertificate({ ServerCertificateName: 'mist' }), named('NoSuchEntityException'))
})

test('signing certificates and SSH keys of a user: bounded, switched off, gone before the user can be', async () => {
  await iam.createUser({ UserName: 'ann' })
  const { Certificate } = await iam.uploadSigningCertificate({ UserName: 'ann', CertificateBody })
  await assert.rejects(iam.uploadSigningCertificate({ UserName: 'ann', CertificateBody }), named('DuplicateCertificateException'))
  await iam.updateSigningCertificate({ UserName: 'ann', CertificateId: Certificate!.CertificateId!, Status: 'Inactive' })
  const body = keys.publicKey.export({ type: 'spki', format: 'pem' }) as string
  const { SSHPublicKey } = await iam.uploadSSHPublicKey({ UserName: 'ann', SSHPublicKeyBody: body })
  assert.match(SSHPublicKey!.SSHPublicKeyId!, /^APKA[A-Z2-7]{17}$/)
  assert.match(SSHPublicKey!.Fingerprint!, /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/)
  const line = (await iam.getSSHPublicKey({ UserName: 'ann', SSHPublicKeyId: SSHPublicKey!.SSHPublicKeyId!, Encoding: 'SSH' })).SSHPublicKey!.SSHPublicKeyBody!
  assert.match(line, /^ssh-rsa AAAAB3NzaC1yc2E/)
  await assert.rejects(iam.uploadSSHPublicKey({ UserName: 'ann', SSHPublicKeyBody: line }), named('DuplicateSSHPublicKeyException'))
  await assert.rejects(iam.uploadSSHPublicKey({ UserName: 'ann', SSHPublicKeyBody: 'ssh-rsa AAAA' }), named('InvalidPublicKeyException'))
  assert.equal(
    (await iam.getSSHPublicKey({ UserName: 'ann', SSHPublicKeyId: SSHPublicKey!.SSHPublicKeyId!, Encoding: 'PEM' })).SSHPublicKey!.SSHPublicKeyBody, body
  )
  await iam.updateUser({ UserName: 'ann', NewUserName: 'anna' })
  const SSHPublicKeyId = SSHPublicKey!.SSHPublicKeyId!
  await iam.updateSSHPublicKey({ UserName: 'anna', SSHPublicKeyId, Status: 'Inactive' })
  assert.deepEqual((await iam.listSSHPublicKeys({ UserName: 'anna' })).SSHPublicKeys!.map(key => key.Status), ['Inactive'])
  assert.deepEqual((await iam.listSigningCertificates({ UserName: 'anna' })).Certificates!.map(one => one.Status), ['Inactive'])
  await assert.rejects(iam.deleteUser({ UserName: 'anna' }), named('DeleteConflictException'))
  await iam.deleteSSHPublicKey({ UserName: 'anna', SSHPublicKeyId })
  await iam.deleteSigningCertificate({ UserName: 'anna', CertificateId: Certificate!.CertificateId! })
  await iam.deleteUser({ UserName: 'anna' })
})
