import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { GetObjectCommand, S3 } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { s3 as service } from '../service.ts'

let cloud: TestCloud
let s3: S3
before(async () => {
  cloud = await startCloud({ services: [service] })
  s3 = new S3(cloud.client)
  await s3.createBucket({ Bucket: 'parts' })
})
after(async () => {
  s3.destroy()
  await cloud.stop()
})

const Bucket = 'parts'
const large = Buffer.alloc(11 * 1024 * 1024, 'fogbank ')

test('CompleteMultipartUpload: an upload in parts reads back whole, by range and by a signed URL', async () => {
  await new Upload({ client: s3, params: { Bucket, Key: 'large', Body: large, Metadata: { a: 'b' } } }).done()
  const got = await s3.getObject({ Bucket, Key: 'large' })
  assert.deepEqual(Buffer.from(await got.Body!.transformToByteArray()), large)
  const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest()
  const size = 5 * 1024 * 1024
  const parts = [large.subarray(0, size), large.subarray(size, 2 * size), large.subarray(2 * size)]
  assert.equal(got.ETag, `"${md5(Buffer.concat(parts.map(md5))).toString('hex')}-3"`)
  assert.deepEqual(got.Metadata, { a: 'b' })
  const range = await s3.getObject({ Bucket, Key: 'large', Range: `bytes=${size - 2}-${size + 1}` })
  assert.equal(await range.Body!.transformToString(), large.subarray(size - 2, size + 2).toString())
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'large', Range: 'bytes=0-6' }))
  assert.equal(await (await fetch(url, { headers: { range: 'bytes=0-6' } })).text(), 'fogbank')
})

test('CompleteMultipartUpload: parts that are missing, too small or out of order are refused', async () => {
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'small' })
  const one = await s3.uploadPart({ Bucket, Key: 'small', UploadId, PartNumber: 1, Body: 'x' })
  const two = await s3.uploadPart({ Bucket, Key: 'small', UploadId, PartNumber: 2, Body: 'y' })
  const complete = (Parts: object[]) => s3.completeMultipartUpload({ Bucket, Key: 'small', UploadId, MultipartUpload: { Parts } })
  await assert.rejects(complete([{ PartNumber: 1, ETag: one.ETag }, { PartNumber: 2, ETag: two.ETag }]), { name: 'EntityTooSmall' })
  await assert.rejects(complete([{ PartNumber: 2, ETag: two.ETag }, { PartNumber: 1, ETag: one.ETag }]), { name: 'InvalidPartOrder' })
  await assert.rejects(complete([{ PartNumber: 3, ETag: two.ETag }]), { name: 'InvalidPart' })
  assert.deepEqual((await s3.listParts({ Bucket, Key: 'small', UploadId })).Parts!.map(part => [part.PartNumber, part.Size]), [[1, 1], [2, 1]])
  assert.equal((await s3.listMultipartUploads({ Bucket })).Uploads![0]!.Key, 'small')
  await s3.abortMultipartUpload({ Bucket, Key: 'small', UploadId })
  await assert.rejects(s3.listParts({ Bucket, Key: 'small', UploadId }), { name: 'NoSuchUpload' })
})

test('CopyObject, UploadPartCopy: bytes and metadata come along', async () => {
  await s3.putObject({ Bucket, Key: 'from ä', Body: '0123456789', Metadata: { a: 'b' } })
  await s3.copyObject({ Bucket, Key: 'to', CopySource: encodeURI(`${Bucket}/from ä`) })
  const got = await s3.getObject({ Bucket, Key: 'to' })
  assert.deepEqual([await got.Body!.transformToString(), got.Metadata], ['0123456789', { a: 'b' }])
  await assert.rejects(s3.copyObject({ Bucket, Key: 'to', CopySource: `${Bucket}/to` }), { name: 'InvalidRequest' })
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'copied' })
  const part = await s3.uploadPartCopy({ Bucket, Key: 'copied', UploadId, PartNumber: 1, CopySource: `${Bucket}/to`, CopySourceRange: 'bytes=2-4' })
  await s3.completeMultipartUpload({ Bucket, Key: 'copied', UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.CopyPartResult!.ETag }] } })
  assert.equal(await (await s3.getObject({ Bucket, Key: 'copied' })).Body!.transformToString(), '234')
})
