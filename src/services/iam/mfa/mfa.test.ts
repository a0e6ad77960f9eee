import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { STS } from '@aws-sdk/client-sts'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { sts as stsService } from '../../sts/service.ts'
import { iam as iamService } from '../service.ts'
import { codeAt, stepOf, toBase32 } from './totp.ts'

let cloud: TestCloud
let iam: IAM
before(async () => {
  cloud = await startCloud({ services: [iamService, stsService] })
  iam = new IAM(cloud.client)
})
after(async () => {
  iam.destroy()
  await cloud.stop()
})

const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const named = (name: string) => (error: any) => {
  assert.equal(error.name, name, error.message)
  return true
}

function fromBase32(text: string): Uint8Array {
  const bits = [...text].map(digit => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(digit).toString(2).padStart(5, '0')).join('')
  return Uint8Array.from({ length: Math.floor(bits.length / 8) }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2))
}

/** A user with a key and a device that is switched on. */
async function userWithDevice(UserName: string) {
  await iam.createUser({ UserName })
  const { AccessKey } = await iam.createAccessKey({ UserName })
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  const { VirtualMFADevice } = await iam.createVirtualMFADevice({ VirtualMFADeviceName: `${UserName}-phone` })
  const seed = fromBase32(Buffer.from(VirtualMFADevice!.Base32StringSeed!).toString())
  const SerialNumber = VirtualMFADevice!.SerialNumber!
  const code = (later = 0) => codeAt(seed, stepOf(cloud.clock.now()) + later)
  await iam.enableMFADevice({ UserName, SerialNumber, AuthenticationCode1: code(-2), AuthenticationCode2: code(-1) })
  return { credentials, SerialNumber, code, sts: new STS({ ...cloud.client, credentials }) }
}

test('codes are those of RFC 6238', () => {
  const secret = Buffer.from('12345678901234567890')
  assert.equal(codeAt(secret, stepOf(59_000)), '287082')
  assert.equal(codeAt(secret, stepOf(1_111_111_109_000)), '081804')
  assert.equal(toBase32(secret), 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
})

test('EnableMFADevice: two codes in a row; the device is in use until it is switched off', async () => {
  await iam.createUser({ UserName: 'ann' })
  const { VirtualMFADevice } = await iam.createVirtualMFADevice({ VirtualMFADeviceName: 'ann-phone', Tags: [{ Key: 'a', Value: '1' }] })
  const SerialNumber = VirtualMFADevice!.SerialNumber!
  assert.equal(SerialNumber, 'arn:aws:iam::000000000000:mfa/ann-phone')
  await assert.rejects(iam.createVirtualMFADevice({ VirtualMFADeviceName: 'ann-phone' }), named('EntityAlreadyExistsException'))
  const seed = fromBase32(Buffer.from(VirtualMFADevice!.Base32StringSeed!).toString())
  const now = stepOf(cloud.clock.now())
  const enable = (first: string, second: string) =>
    iam.enableMFADevice({ UserName: 'ann', SerialNumber, AuthenticationCode1: first, AuthenticationCode2: second })
  await assert.rejects(enable(codeAt(seed, now), codeAt(seed, now)), named('InvalidAuthenticationCodeException'))
  assert.deepEqual((await iam.listVirtualMFADevices({ AssignmentStatus: 'Unassigned' })).VirtualMFADevices!.map(one => one.SerialNumber), [SerialNumber])
  await enable(codeAt(seed, now), codeAt(seed, now + 1))
  assert.deepEqual((await iam.listMFADevices({ UserName: 'ann' })).MFADevices!.map(one => one.SerialNumber), [SerialNumber])
  assert.equal((await iam.getMFADevice({ SerialNumber })).UserName, 'ann')
  assert.equal((await iam.listVirtualMFADevices({ AssignmentStatus: 'Assigned' })).VirtualMFADevices![0]!.User!.UserName, 'ann')
  await assert.rejects(iam.deleteVirtualMFADevice({ SerialNumber }), named('DeleteConflictException'))
  await assert.rejects(iam.deleteUser({ UserName: 'ann' }), named('DeleteConflictException'))
  await iam.tagMFADevice({ SerialNumber, Tags: [{ Key: 'b', Value: '2' }] })
  await iam.untagMFADevice({ SerialNumber, TagKeys: ['a'] })
  assert.deepEqual((await iam.listMFADeviceTags({ SerialNumber })).Tags, [{ Key: 'b', Value: '2' }])
  await iam.resyncMFADevice({ UserName: 'ann', SerialNumber, AuthenticationCode1: codeAt(seed, now + 50), AuthenticationCode2: codeAt(seed, now + 51) })
  await iam.deactivateMFADevice({ UserName: 'ann', SerialNumber })
  await iam.deleteVirtualMFADevice({ SerialNumber })
  assert.deepEqual((await iam.listMFADevices({ UserName: 'ann' })).MFADevices, [])
})

test('GetSessionToken: a code makes a session with MFA, once', async () => {
  const bob = await userWithDevice('bob')
  await iam.putUserPolicy({ UserName: 'bob', PolicyName: 'p', PolicyDocument: document({
    Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*',
    Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' }, NumericLessThan: { 'aws:MultiFactorAuthAge': '300' } },
  }) })
  await assert.rejects(new IAM({ ...cloud.client, credentials: bob.credentials }).listRoles({}), named('AccessDenied'))
  const session = async (more: object) => {
    const { Credentials } = await bob.sts.getSessionToken(more)
    return new IAM({
      ...cloud.client,
      credentials: { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! }
    })
  }
  await assert.rejects((await session({})).listRoles({}), named('AccessDenied'))
  const proof = { SerialNumber: bob.SerialNumber, TokenCode: bob.code() }
  const strong = await session(proof)
  await strong.listRoles({})
  await assert.rejects(session(proof), /MultiFactorAuthentication failed with invalid MFA one time pass code/)
  await assert.rejects(session({ ...proof, TokenCode: '000000' }), named('AccessDenied'))
  await assert.rejects(session({ SerialNumber: bob.SerialNumber }), /must provide both MFA serial number and one time pass code/)
  const eve = await userWithDevice('eve')
  await assert.rejects(session({ SerialNumber: eve.SerialNumber, TokenCode: eve.code() }), named('AccessDenied'))
  await cloud.clock.advance(300_000)
  await assert.rejects(strong.listRoles({}), named('AccessDenied'))
})

test('AssumeRole: a trust policy may ask for MFA', async () => {
  const kim = await userWithDevice('kim')
  const { Role } = await iam.createRole({ RoleName: 'guarded', AssumeRolePolicyDocument: document({
    Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:user/kim' }, Action: 'sts:AssumeRole',
    Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  }) })
  const assume = (more: object = {}) => kim.sts.assumeRole({ RoleArn: Role!.Arn!, RoleSessionName: 'kim', ...more })
  await assert.rejects(assume(), named('AccessDenied'))
  const { AssumedRoleUser } = await assume({ SerialNumber: kim.SerialNumber, TokenCode: kim.code() })
  assert.equal(AssumedRoleUser!.Arn, 'arn:aws:sts::000000000000:assumed-role/guarded/kim')
})
