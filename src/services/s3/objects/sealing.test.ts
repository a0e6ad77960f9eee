import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { KMS } from '@aws-sdk/client-kms'
import { S3 } from '@aws-sdk/client-s3'
import { startCloud, type TestCloud } from '../../../testing/index.ts'

let cloud: TestCloud
let s3: S3
let kms: KMS
const Bucket = 'sealed'
before(async () => {
  cloud = await startCloud()
  s3 = new S3(cloud.client)
  kms = new KMS(cloud.client)
  await s3.createBucket({ Bucket })
})
after(async () => {
  s3.destroy()
  kms.destroy()
  await cloud.stop()
})

const key = async () => (await kms.createKey({})).KeyMetadata!
const under = (SSEKMSKeyId: string | undefined) => ({ ServerSideEncryption: 'aws:kms' as const, ...SSEKMSKeyId !== undefined && { SSEKMSKeyId } })
const read = async (Key: string, more: object = {}, client = s3) =>
  Buffer.from(await (await client.getObject({ Bucket, Key, ...more })).Body!.transformToByteArray())

/** Whether a text lies in any file of the cloud's objects. */
function liesOpen(text: string): boolean {
  const folder = join(cloud.cloud.platform.scope('s3', {}).config.dataFolder, 'blobs')
  return readdirSync(folder, { recursive: true, withFileTypes: true }).some(file => file.isFile() && readFileSync(join(file.parentPath,
    file.name)).includes(text))
}

test('an object under a key lies sealed, and comes back whole and in ranges', async () => {
  const { KeyId, Arn } = await key()
  const body = Buffer.concat([Buffer.from('open sesame'), randomBytes(100_000)])
  const put = await s3.putObject({ Bucket, Key: 'a', Body: body, ContentMD5: createHash('md5').update(body).digest('base64'), ...under(KeyId) })
  assert.deepEqual([put.ServerSideEncryption, put.SSEKMSKeyId], ['aws:kms', Arn])
  assert.notEqual(put.ETag, `"${createHash('md5').update(body).digest('hex')}"`)
  assert.equal(liesOpen('open sesame'), false)
  assert.deepEqual(await read('a'), body)
  for (const [start, end] of [[0, 0], [1, 15], [5, 16], [16, 31], [17, 99_999], [100_010, 100_010]] as const) {
    assert.deepEqual(await read('a', { Range: `bytes=${start}-${end}` }), body.subarray(start, end + 1), `${start}-${end}`)
  }
  assert.equal((await s3.headObject({ Bucket, Key: 'a' })).SSEKMSKeyId, Arn)
  await s3.putObject({ Bucket, Key: 'empty', Body: '', ...under(KeyId) })
  assert.equal((await read('empty')).length, 0)
  await assert.rejects(s3.putObject({ Bucket, Key: 'b', Body: 'x', ContentMD5: createHash('md5').update('y').digest('base64'), ...under(KeyId) }), {
    name: 'BadDigest',
  })
  await assert.rejects(s3.putObject({ Bucket, Key: 'b', Body: 'x', SSEKMSKeyId: KeyId }), { name: 'InvalidArgument' })
  await assert.rejects(s3.putObject({ Bucket, Key: 'b', Body: 'x', ...under('alias/none') }), { name: 'KMS.NotFoundException' })
})

test('who writes needs kms:GenerateDataKey, who reads kms:Decrypt; of AWS\'s own key neither', async () => {
  const { KeyId } = await key()
  const iam = new IAM(cloud.client)
  await iam.createUser({ UserName: 'worker' })
  const { AccessKey } = await iam.createAccessKey({ UserName: 'worker' })
  const worker = new S3({ ...cloud.client, credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! } })
  const may = (...Action: string[]) => iam.putUserPolicy({
    UserName: 'worker', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } }),
  })
  await may('s3:*')
  await assert.rejects(worker.putObject({ Bucket, Key: 'w', Body: 'x', ...under(KeyId) }), { name: 'AccessDenied', message: /kms:GenerateDataKey on resource/ })
  await may('s3:*', 'kms:GenerateDataKey')
  await worker.putObject({ Bucket, Key: 'w', Body: 'x', ...under(KeyId) })
  await assert.rejects(read('w', {}, worker), { name: 'AccessDenied', message: /kms:Decrypt on resource/ })
  await kms.disableKey({ KeyId })
  await assert.rejects(read('w'), { name: 'KMS.DisabledException' })
  await may('s3:*')
  const { SSEKMSKeyId } = await worker.putObject({ Bucket, Key: 'own', Body: 'mine', ...under(undefined) })
  assert.equal((await kms.describeKey({ KeyId: SSEKMSKeyId })).KeyMetadata!.KeyManager, 'AWS')
  assert.equal((await read('own', {}, worker)).toString(), 'mine')
  worker.destroy()
  iam.destroy()
})

test('a bucket\'s default counts where the request says nothing', async () => {
  const { KeyId, Arn } = await key()
  await s3.createBucket({ Bucket: 'keyed' })
  const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: KeyId }, BucketKeyEnabled: true }]
  await s3.putBucketEncryption({ Bucket: 'keyed', ServerSideEncryptionConfiguration: { Rules } })
  const put = await s3.putObject({ Bucket: 'keyed', Key: 'a', Body: 'x' })
  assert.deepEqual([put.ServerSideEncryption, put.SSEKMSKeyId, put.BucketKeyEnabled], ['aws:kms', Arn, true])
  assert.equal((await s3.putObject({ Bucket: 'keyed', Key: 'b', Body: 'x', ServerSideEncryption: 'AES256' })).ServerSideEncryption, 'AES256')
})

test('a multipart upload is sealed part by part, with its checksum of the whole', async () => {
  const { KeyId, Arn } = await key()
  const parts = [randomBytes(5 * 1024 * 1024 + 3), Buffer.from('the end of it')]
  const upload = await s3.createMultipartUpload({ Bucket, Key: 'many', ChecksumAlgorithm: 'CRC64NVME', ...under(KeyId) })
  assert.equal(upload.SSEKMSKeyId, Arn)
  const Parts = []
  for (const [at, Body] of parts.entries()) {
    const { ETag } = await s3.uploadPart({ Bucket, Key: 'many', UploadId: upload.UploadId, PartNumber: at + 1, Body, ChecksumAlgorithm: 'CRC64NVME' })
    Parts.push({ PartNumber: at + 1, ETag })
  }
  const done = await s3.completeMultipartUpload({ Bucket, Key: 'many', UploadId: upload.UploadId, MultipartUpload: { Parts } })
  await s3.putObject({ Bucket, Key: 'whole', Body: Buffer.concat(parts), ChecksumAlgorithm: 'CRC64NVME' })
  assert.equal(done.ChecksumCRC64NVME, (await s3.headObject({ Bucket, Key: 'whole', ChecksumMode: 'ENABLED' })).ChecksumCRC64NVME)
  assert.deepEqual(await read('many'), Buffer.concat(parts))
  assert.deepEqual(await read('many', { Range: `bytes=${parts[0]!.length - 5}-${parts[0]!.length + 4}` }), Buffer.concat(parts).subarray(parts[0]!.length - 5,
    parts[0]!.length + 5))
  assert.deepEqual(await read('many', { PartNumber: 2 }), parts[1])
})

test('a copy is sealed anew, opened, or shared, as it says', async () => {
  const [one, two] = [await key(), await key()]
  await s3.putObject({ Bucket, Key: 'from', Body: 'copied secret', ...under(one.KeyId) })
  const copy = async (Key: string, more: object) => s3.copyObject({ Bucket, Key, CopySource: `${Bucket}/from`, ...more })
  assert.equal((await copy('to-two', under(two.KeyId))).SSEKMSKeyId, two.Arn)
  assert.equal((await copy('to-none', {})).ServerSideEncryption, 'AES256')
  assert.deepEqual([(await read('to-two')).toString(), (await read('to-none')).toString()], ['copied secret', 'copied secret'])
  await kms.disableKey({ KeyId: one.KeyId })
  await assert.rejects(copy('again', {}), { name: 'KMS.DisabledException' })
  assert.equal((await read('to-two')).toString(), 'copied secret')
  await s3.copyObject({ Bucket, Key: 'to-none', CopySource: `${Bucket}/to-none`, ...under(two.KeyId) })
  assert.equal((await s3.headObject({ Bucket, Key: 'to-none' })).SSEKMSKeyId, two.Arn)
})
