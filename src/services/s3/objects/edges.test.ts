import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { after, before, test } from 'node:test'
import { S3 } from '@aws-sdk/client-s3'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { s3 as service } from '../service.ts'

// Bounds, echoes and defaults, each of which a small slip in the code would change.
const Bucket = 'edges'
let cloud: TestCloud
let s3: S3
before(async () => {
  cloud = await startCloud({ services: [service] })
  s3 = new S3(cloud.client)
  await s3.createBucket({ Bucket })
})
after(async () => {
  s3.destroy()
  await cloud.stop()
})

const large = Buffer.alloc(5 * 1024 * 1024, 'a')
const put = (Key: string, Body: string, more: object = {}) => s3.putObject({ Bucket, Key, Body, ...more })
const text = async (Key: string, more: object = {}) => (await s3.getObject({ Bucket, Key, ...more })).Body!.transformToString()

/** An object of two parts; answers what completing it answered. */
async function inParts(Key: string, more: object = {}) {
  const { UploadId, ChecksumType } = await s3.createMultipartUpload({ Bucket, Key, ...more })
  const Parts = []
  for (const [at, Body] of [large, Buffer.from('the end')].entries()) {
    const { ETag, ChecksumCRC32 } = await s3.uploadPart({ Bucket, Key, UploadId, PartNumber: at + 1, Body, ...more })
    Parts.push({ PartNumber: at + 1, ETag, ChecksumCRC32 })
  }
  return { ChecksumType, ...await s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } }) }
}

test('GetObject: ranges within one part, over the border of two, and of the last byte alone', async () => {
  await inParts('parts')
  const last = large.length + 6
  assert.equal(await text('parts', { Range: 'bytes=0-3' }), 'aaaa')
  assert.equal(await text('parts', { Range: `bytes=${large.length - 2}-${large.length + 2}` }), 'aathe')
  assert.equal(await text('parts', { Range: `bytes=${last}-${last}` }), 'd')
  await assert.rejects(text('parts', { Range: `bytes=${last + 1}-` }), { name: 'InvalidRange' })
  await put('one', 'x')
  assert.equal(await text('one', { Range: 'bytes=0-0' }), 'x')
})

test('GetObject: a part by its number, which is at most 10000', async () => {
  assert.equal(await text('parts', { PartNumber: 2 }), 'the end')
  await assert.rejects(text('parts', { PartNumber: 10_000 }), { name: 'InvalidPartNumber' })
  await assert.rejects(text('parts', { PartNumber: 10_001 }), { name: 'InvalidArgument' })
})

test('CreateMultipartUpload: a checksum is of the parts together, or of the whole where that is asked for or can only be', async () => {
  const composite = await inParts('composite', { ChecksumAlgorithm: 'CRC32' })
  const ofPart = (body: Buffer) => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(crc32(body)); return bytes }
  assert.equal(composite.ChecksumType, 'COMPOSITE')
  assert.equal(composite.ChecksumCRC32, `${ofPart(Buffer.concat([ofPart(large), ofPart(Buffer.from('the end'))])).toString('base64')}-2`)
  const begin = async (more: object) => (await s3.createMultipartUpload({ Bucket, Key: 'begun', ...more })).ChecksumType
  assert.equal(await begin({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' }), 'FULL_OBJECT')
  assert.equal(await begin({ ChecksumAlgorithm: 'CRC64NVME' }), 'FULL_OBJECT')
  assert.equal(await begin({ ChecksumAlgorithm: 'SHA256' }), 'COMPOSITE')
})

test('UploadPartCopy: a range ends within its source', async () => {
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'copied' })
  const copy = (CopySourceRange: string) => s3.uploadPartCopy({ Bucket, Key: 'copied', UploadId, PartNumber: 1, CopySource: `${Bucket}/one`, CopySourceRange })
  assert.equal((await copy('bytes=0-0')).CopyPartResult!.ETag, `"${createHash('md5').update('x').digest('hex')}"`)
  await assert.rejects(copy('bytes=0-1'), { name: 'InvalidRequest' })
})

test('CreateBucket: us-east-1 is no location constraint', async () => {
  await assert.rejects(s3.createBucket({ Bucket: 'located', CreateBucketConfiguration: { LocationConstraint: 'us-east-1' as any } }), {
    name: 'InvalidLocationConstraint'
  })
})

test('lists say nothing of what is not there, and echo what was asked', async () => {
  const listing = { Bucket, Prefix: 'list/' }
  assert.deepEqual([(await s3.listObjects(listing)).Contents, (await s3.listObjectsV2(listing)).Contents], [undefined, undefined])
  for (const name of ['a', 'b']) await put(`list/${name}`, name)
  const first = await s3.listObjectsV2({ ...listing, MaxKeys: 1 })
  assert.deepEqual([first.ContinuationToken, first.IsTruncated, first.Contents!.map(each => each.Key)], [undefined, true, ['list/a']])
  const second = await s3.listObjectsV2({ ...listing, ContinuationToken: first.NextContinuationToken })
  assert.deepEqual(
    [second.ContinuationToken, second.NextContinuationToken, second.Contents!.map(each => each.Key)], [first.NextContinuationToken, undefined, ['list/b']]
  )
  assert.deepEqual([(await s3.listBuckets({})).Prefix, (await s3.listBuckets({ Prefix: 'edg' })).Prefix], [undefined, 'edg'])
})

test('CopyObject: the version of its source, where there are versions; and conditions on it', async () => {
  assert.equal((await s3.copyObject({ Bucket, Key: 'to', CopySource: `${Bucket}/one` })).CopySourceVersionId, undefined)
  await s3.createBucket({ Bucket: 'edges-versions' })
  await s3.putBucketVersioning({ Bucket: 'edges-versions', VersioningConfiguration: { Status: 'Enabled' } })
  const { VersionId } = await s3.putObject({ Bucket: 'edges-versions', Key: 'k', Body: 'v' })
  assert.equal((await s3.copyObject({ Bucket, Key: 'to', CopySource: 'edges-versions/k' })).CopySourceVersionId, VersionId)
  const at = (ms: number) => new Date(cloud.clock.now() + ms)
  const copy = (more: object) => s3.copyObject({ Bucket, Key: 'to', CopySource: `${Bucket}/one`, ...more })
  await copy({ CopySourceIfModifiedSince: at(-60_000) })
  await copy({ CopySourceIfUnmodifiedSince: at(60_000) })
  await assert.rejects(copy({ CopySourceIfModifiedSince: at(60_000) }), { name: 'PreconditionFailed' })
  await assert.rejects(copy({ CopySourceIfUnmodifiedSince: at(-60_000) }), { name: 'PreconditionFailed' })
  await assert.rejects(copy({ CopySourceIfMatch: '"other"' }), { name: 'PreconditionFailed' })
})

test('DeleteObjects: names the version that was asked for; conditions are not there yet, and say so', async () => {
  const versions = 'edges-versions'
  const { VersionId } = await s3.putObject({ Bucket: versions, Key: 'gone', Body: 'v' })
  assert.deepEqual((await s3.deleteObjects({ Bucket: versions, Delete: { Objects: [{ Key: 'gone', VersionId }] } })).Deleted, [{ Key: 'gone', VersionId }])
  assert.deepEqual((await s3.deleteObjects({ Bucket, Delete: { Objects: [{ Key: 'none' }] } })).Deleted, [{ Key: 'none' }])
  for (const condition of [{ ETag: '"x"' }, { Size: 1 }, { LastModifiedTime: new Date(0) }]) {
    await assert.rejects(s3.deleteObjects({ Bucket, Delete: { Objects: [{ Key: 'one', ...condition }] } }), { name: 'NotImplemented' })
  }
})

test('versioning that is suspended keeps one null version, and the older ones', async () => {
  const versions = 'edges-versions'
  const write = (Body: string) => s3.putObject({ Bucket: versions, Key: 'n', Body })
  const { VersionId } = await write('kept')
  await s3.putBucketVersioning({ Bucket: versions, VersioningConfiguration: { Status: 'Suspended' } })
  await write('first null')
  await write('second null')
  const listed = (await s3.listObjectVersions({ Bucket: versions, Prefix: 'n' })).Versions!
  assert.deepEqual(listed.map(each => [each.VersionId, each.IsLatest]), [['null', true], [VersionId, false]])
  assert.equal(await (await s3.getObject({ Bucket: versions, Key: 'n', VersionId: 'null' })).Body!.transformToString(), 'second null')
})
