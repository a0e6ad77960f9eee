import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { S3 } from '@aws-sdk/client-s3'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { s3 as service } from '../service.ts'

const Bucket = 'standing'
let cloud: TestCloud
let s3: S3
before(async () => {
  cloud = await startCloud({ services: [service] })
  s3 = new S3(cloud.client)
  await s3.createBucket({ Bucket })
  await s3.putObject({ Bucket, Key: 'k', Body: 'hello' })
})
after(async () => {
  s3.destroy()
  await cloud.stop()
})

const ID = '000000000000'
const owners = { Owner: { ID }, Grants: [{ Grantee: { Type: 'CanonicalUser' as const, ID }, Permission: 'FULL_CONTROL' as const }] }

test('GetBucketAcl, GetObjectAcl: the owner has full control, and nobody else anything', async () => {
  for (const { $metadata: _, ...acl } of [await s3.getBucketAcl({ Bucket }), await s3.getObjectAcl({ Bucket, Key: 'k' })]) assert.deepEqual(acl, owners)
  await assert.rejects(s3.getObjectAcl({ Bucket, Key: 'none' }), { name: 'NoSuchKey' })
  await assert.rejects(s3.getBucketAcl({ Bucket: 'not-there' }), { name: 'NoSuchBucket' })
})

test('PutBucketAcl, PutObjectAcl: take the list that is there, and refuse every other', async () => {
  const refused = { name: 'AccessControlListNotSupported', message: 'The bucket does not allow ACLs' }
  const URI = 'http://acs.amazonaws.com/groups/global/AllUsers'
  const other = { ...owners, Grants: [{ Grantee: { Type: 'Group' as const, URI }, Permission: 'READ' as const }] }
  for (const put of [(acl: object) => s3.putBucketAcl({ Bucket, ...acl }), (acl: object) => s3.putObjectAcl({ Bucket, Key: 'k', ...acl })]) {
    for (const acl of [{ ACL: 'private' }, { AccessControlPolicy: owners }]) await put(acl)
    for (const acl of [{ ACL: 'public-read' }, { AccessControlPolicy: other }, { GrantRead: 'id=1' }]) await assert.rejects(put(acl), refused)
    await assert.rejects(put({}), { name: 'MissingSecurityHeader' })
  }
})

test('what no bucket has here reads as on a bucket that was never given it', async () => {
  await assert.rejects(s3.getBucketWebsite({ Bucket }), {
    name: 'NoSuchWebsiteConfiguration', message: 'The specified bucket does not have a website configuration',
  })
  await assert.rejects(s3.getBucketReplication({ Bucket }), { name: 'ReplicationConfigurationNotFoundError' })
  await assert.rejects(s3.getObjectLockConfiguration({ Bucket }), { name: 'ObjectLockConfigurationNotFoundError' })
  const { $metadata: _, ...logging } = await s3.getBucketLogging({ Bucket })
  const { $metadata: __, ...acceleration } = await s3.getBucketAccelerateConfiguration({ Bucket })
  assert.deepEqual([logging, acceleration, (await s3.getBucketRequestPayment({ Bucket })).Payer], [{}, {}, 'BucketOwner'])
})

test('GetBucketPolicyStatus: public is a policy that lets everybody in without a condition', async () => {
  await assert.rejects(s3.getBucketPolicyStatus({ Bucket }), { name: 'NoSuchBucketPolicy' })
  const put = (Principal: unknown) => {
    const Statement = [{ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }]
    return s3.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) })
  }
  const status = async () => (await s3.getBucketPolicyStatus({ Bucket })).PolicyStatus!.IsPublic
  await put({ AWS: '111122223333' })
  assert.equal(await status(), false)
  await s3.deletePublicAccessBlock({ Bucket })
  await put('*')
  assert.equal(await status(), true)
  await s3.deleteBucketPolicy({ Bucket })
})

test('GetObjectAttributes: what is asked for, of an object and of an upload in parts', async () => {
  const { $metadata: _, LastModified, ...all } = await s3.getObjectAttributes({
    Bucket, Key: 'k', ObjectAttributes: ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'],
  })
  assert.ok(LastModified)
  assert.deepEqual(all, {
    ETag: '5d41402abc4b2a76b9719d911017c592', Checksum: { ChecksumCRC32: 'NhCmhg==', ChecksumType: 'FULL_OBJECT' }, StorageClass: 'STANDARD', ObjectSize: 5,
  })
  const { ETag, ObjectSize } = await s3.getObjectAttributes({ Bucket, Key: 'k', ObjectAttributes: ['ObjectSize'] })
  assert.deepEqual([ETag, ObjectSize], [undefined, 5])
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'parts' })
  const part = await s3.uploadPart({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'one' })
  await s3.completeMultipartUpload({ Bucket, Key: 'parts', UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] } })
  assert.equal((await s3.getObjectAttributes({ Bucket, Key: 'parts', ObjectAttributes: ['ObjectParts'] })).ObjectParts!.TotalPartsCount, 1)
  await assert.rejects(s3.getObjectAttributes({ Bucket, Key: 'none', ObjectAttributes: ['ETag'] }), { name: 'NoSuchKey' })
})
