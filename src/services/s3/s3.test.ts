import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { S3 } from '@aws-sdk/client-s3'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { s3 as service } from './service.ts'

let cloud: TestCloud
let s3: S3
before(async () => {
  cloud = await startCloud({ services: [service] })
  s3 = new S3(cloud.client)
})
after(async () => {
  s3.destroy()
  await cloud.stop()
})

async function bucket(name: string): Promise<string> {
  await s3.createBucket({ Bucket: name })
  return name
}

test('CreateBucket: names are the whole cloud\'s, and a bucket is where it was made', async () => {
  await bucket('first-bucket')
  const west = new S3({ ...cloud.client, region: 'eu-west-1' })
  await west.createBucket({ Bucket: 'west-bucket', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } })
  await assert.rejects(west.createBucket({ Bucket: 'west-bucket', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }), {
    name: 'BucketAlreadyOwnedByYou'
  })
  const other = new S3({ ...cloud.client, credentials: { accessKeyId: '111122223333', secretAccessKey: 'x' } })
  await assert.rejects(other.createBucket({ Bucket: 'first-bucket' }), { name: 'BucketAlreadyExists' })
  await assert.rejects(other.putObject({ Bucket: 'first-bucket', Key: 'a', Body: 'a' }), { name: 'AccessDenied' })
  await assert.rejects(s3.createBucket({ Bucket: 'Bad_Name' }), { name: 'InvalidBucketName', message: 'The specified bucket is not valid.' })
  assert.equal((await s3.getBucketLocation({ Bucket: 'west-bucket' })).LocationConstraint, 'eu-west-1')
  assert.equal((await s3.getBucketLocation({ Bucket: 'first-bucket' })).LocationConstraint, undefined)
  assert.deepEqual((await s3.listBuckets({})).Buckets!.map(one => one.Name), ['first-bucket', 'west-bucket'])
  assert.equal((await s3.headBucket({ Bucket: 'west-bucket' })).BucketRegion, 'eu-west-1')
  await assert.rejects(s3.headBucket({ Bucket: 'none-such' }), { name: 'NotFound' })
})

test('PutObject, GetObject: bytes, headers and metadata come back', async () => {
  const Bucket = await bucket('round')
  const put = await s3.putObject({
    Bucket, Key: 'a/ü b.txt', Body: 'hello fog', ContentType: 'text/plain', Metadata: { who: 'me' }, CacheControl: 'no-store', Tagging: 'a=b'
  })
  assert.equal(put.ETag, `"${createHash('md5').update('hello fog').digest('hex')}"`)
  assert.ok(put.ChecksumCRC32)
  const got = await s3.getObject({ Bucket, Key: 'a/ü b.txt' })
  assert.equal(await got.Body!.transformToString(), 'hello fog')
  assert.deepEqual(
    [got.ContentType, got.Metadata, got.CacheControl, got.ETag, got.TagCount, got.ContentLength], ['text/plain', { who: 'me' }, 'no-store', put.ETag, 1, 9]
  )
  const head = await s3.headObject({ Bucket, Key: 'a/ü b.txt', ChecksumMode: 'ENABLED' })
  assert.deepEqual([head.ContentLength, head.ChecksumCRC32], [9, put.ChecksumCRC32])
})

test('GetObject: ranges, suffixes and ranges past the end', async () => {
  const Bucket = await bucket('ranges')
  await s3.putObject({ Bucket, Key: 'k', Body: '0123456789' })
  const read = async (Range: string) => {
    const got = await s3.getObject({ Bucket, Key: 'k', Range })
    return [await got.Body!.transformToString(), got.ContentRange, got.$metadata.httpStatusCode]
  }
  assert.deepEqual(await read('bytes=2-4'), ['234', 'bytes 2-4/10', 206])
  assert.deepEqual(await read('bytes=-3'), ['789', 'bytes 7-9/10', 206])
  assert.deepEqual(await read('bytes=8-99'), ['89', 'bytes 8-9/10', 206])
  await assert.rejects(read('bytes=10-'), { name: 'InvalidRange' })
})

test('Conditions: 304, 412, and If-None-Match of a write', async () => {
  const Bucket = await bucket('conditions')
  const { ETag } = await s3.putObject({ Bucket, Key: 'k', Body: 'x', IfNoneMatch: '*' })
  await assert.rejects(s3.putObject({ Bucket, Key: 'k', Body: 'y', IfNoneMatch: '*' }), { name: 'PreconditionFailed' })
  await assert.rejects(s3.putObject({ Bucket, Key: 'k', Body: 'y', IfMatch: '"no"' }), { name: 'PreconditionFailed' })
  await assert.rejects(s3.getObject({ Bucket, Key: 'k', IfNoneMatch: ETag! }), (error: any) => error.$metadata.httpStatusCode === 304)
  await assert.rejects(s3.getObject({ Bucket, Key: 'k', IfMatch: '"other"' }), { name: 'PreconditionFailed' })
})

test('Errors: missing keys and buckets, wrong digests', async () => {
  const Bucket = await bucket('errors')
  await assert.rejects(s3.getObject({ Bucket, Key: 'none' }), { name: 'NoSuchKey', message: 'The specified key does not exist.', Key: 'none' })
  await assert.rejects(s3.getObject({ Bucket: 'not-there', Key: 'none' }), {
    name: 'NoSuchBucket', message: 'The specified bucket does not exist', BucketName: 'not-there'
  })
  await assert.rejects(s3.headObject({ Bucket, Key: 'none' }), { name: 'NotFound' })
  await assert.rejects(s3.putObject({ Bucket, Key: 'k', Body: 'x', ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }), { name: 'BadDigest' })
  await assert.rejects(s3.putObject({ Bucket, Key: 'k', Body: 'x', ChecksumCRC32: 'AAAAAA==' }), { name: 'BadDigest' })
  await assert.rejects(s3.headObject({ Bucket, Key: 'k' }), { name: 'NotFound' })
})

test('ListObjectsV2: prefix, delimiter and pages, in the order of bytes', async () => {
  const Bucket = await bucket('lists')
  for (const Key of ['a', 'b/1', 'b/2', 'c', 'd/x/1', 'é', 'Z']) await s3.putObject({ Bucket, Key, Body: Key })
  const all = await s3.listObjectsV2({ Bucket })
  assert.deepEqual(all.Contents!.map(one => one.Key), ['Z', 'a', 'b/1', 'b/2', 'c', 'd/x/1', 'é'])
  const seen: string[] = []
  let token: string | undefined
  for (let page = 0; page < 10; page++) {
    const listed = await s3.listObjectsV2({ Bucket, Delimiter: '/', MaxKeys: 2, ...token && { ContinuationToken: token } })
    seen.push(...[...listed.Contents ?? [], ...listed.CommonPrefixes ?? []].map(one => 'Key' in one ? one.Key! : (one as { Prefix: string }).Prefix).sort())
    token = listed.NextContinuationToken
    if (!listed.IsTruncated) break
  }
  assert.deepEqual(seen, ['Z', 'a', 'b/', 'c', 'd/', 'é'])
  assert.deepEqual((await s3.listObjectsV2({ Bucket, Prefix: 'b/', StartAfter: 'b/1' })).Contents!.map(one => one.Key), ['b/2'])
  assert.deepEqual((await s3.listObjects({ Bucket, Marker: 'c', Delimiter: '/' })).CommonPrefixes, [{ Prefix: 'd/' }])
})

test('DeleteObjects, DeleteBucket: a bucket goes when it is empty', async () => {
  const Bucket = await bucket('emptied')
  await s3.putObject({ Bucket, Key: 'one', Body: '1' })
  await s3.putObject({ Bucket, Key: 'two', Body: '2' })
  await assert.rejects(s3.deleteBucket({ Bucket }), { name: 'BucketNotEmpty' })
  await s3.deleteObject({ Bucket, Key: 'one' })
  const { Deleted } = await s3.deleteObjects({ Bucket, Delete: { Objects: [{ Key: 'two' }, { Key: 'missing' }] } })
  assert.deepEqual(Deleted, [{ Key: 'two' }, { Key: 'missing' }])
  await s3.deleteBucket({ Bucket })
  await assert.rejects(s3.listObjectsV2({ Bucket }), { name: 'NoSuchBucket' })
})

test('PutBucketVersioning: versions and delete markers are kept, and a marker that is deleted brings the object back', async () => {
  const Bucket = await bucket('versions')
  await s3.putObject({ Bucket, Key: 'k', Body: 'zero' })
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })
  const one = await s3.putObject({ Bucket, Key: 'k', Body: 'one' })
  const gone = await s3.deleteObject({ Bucket, Key: 'k' })
  assert.equal(gone.DeleteMarker, true)
  await assert.rejects(s3.getObject({ Bucket, Key: 'k' }), { name: 'NoSuchKey' })
  const read = async (VersionId?: string) => (await s3.getObject({ Bucket, Key: 'k', VersionId })).Body!.transformToString()
  assert.deepEqual([await read(one.VersionId), await read('null')], ['one', 'zero'])
  const listed = await s3.listObjectVersions({ Bucket })
  assert.deepEqual(listed.Versions!.map(version => [version.VersionId, version.IsLatest]), [[one.VersionId, false], ['null', false]])
  assert.deepEqual(listed.DeleteMarkers!.map(marker => marker.IsLatest), [true])
  await s3.deleteObject({ Bucket, Key: 'k', VersionId: gone.VersionId })
  assert.equal(await read(), 'one')
})

test('PutBucketPolicy: another account passes by the policy, and a denial binds', async () => {
  const Bucket = await bucket('with-policy')
  const other = new S3({ ...cloud.client, credentials: { accessKeyId: '111122223333', secretAccessKey: 'x' } })
  const Statement = [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/*` }]
  await s3.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) })
  await other.putObject({ Bucket, Key: 'k', Body: 'x' })
  await assert.rejects(other.getObject({ Bucket, Key: 'k' }), { name: 'AccessDenied' })
  await s3.deleteBucketPolicy({ Bucket })
  await assert.rejects(other.putObject({ Bucket, Key: 'k', Body: 'x' }), { name: 'AccessDenied' })
  await assert.rejects(s3.getBucketPolicy({ Bucket }), { name: 'NoSuchBucketPolicy' })
})

test('PutBucketPolicy: a policy that the engine could not read is refused, in the words of S3', async () => {
  const Bucket = await bucket('bad-policies')
  const good = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }
  const put = (...Statement: unknown[]) => s3.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) })
  const wrong: [unknown, string][] = [
    [null, 'Invalid policy syntax.'], ['x', 'Invalid policy syntax.'], [{ ...good, Effect: 'Maybe' }, 'Invalid policy syntax.'],
    [{ ...good, Resource: 5 }, 'Invalid policy syntax.'],
    [{ ...good, Principal: { AWS: 'nobody' } }, 'Invalid principal in policy'], [{ ...good, Principal: { AWS: [5] } }, 'Invalid principal in policy'],
    [{ ...good, Action: 'GetObject' }, 'Policy has invalid action'], [{ ...good, Condition: { StringMaybe: {} } }, 'Invalid policy syntax.'],
    [{ ...good, Resource: 'arn:aws:s3:::another/*' }, 'Policy has invalid resource'], [{ ...good, Principal: undefined }, 'Missing required field Principal'],
  ]
  for (const [statement, message] of wrong) await assert.rejects(put(good, statement), { name: 'MalformedPolicy', message }, JSON.stringify(statement))
  await assert.rejects(s3.putBucketPolicy({ Bucket, Policy: '[]' }), { name: 'MalformedPolicy' })
  await put(good)
})

test('Configuration and tags come back as they were put', async () => {
  const Bucket = await bucket('configured')
  await s3.putObject({ Bucket, Key: 'k', Body: 'x' })
  await s3.putObjectTagging({ Bucket, Key: 'k', Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } })
  assert.deepEqual((await s3.getObjectTagging({ Bucket, Key: 'k' })).TagSet, [{ Key: 'a', Value: 'b' }])
  await assert.rejects(s3.getBucketTagging({ Bucket }), { name: 'NoSuchTagSet' })
  const { ServerSideEncryptionConfiguration: encryption } = await s3.getBucketEncryption({ Bucket })
  assert.equal(encryption!.Rules![0]!.ApplyServerSideEncryptionByDefault!.SSEAlgorithm, 'AES256')
  assert.equal((await s3.getPublicAccessBlock({ Bucket })).PublicAccessBlockConfiguration!.BlockPublicAcls, true)
})

test('PutBucketLifecycleConfiguration: objects of the prefix are gone when their days are over', async () => {
  const Bucket = await bucket('expiring')
  await s3.putObject({ Bucket, Key: 'tmp/a', Body: 'x' })
  await s3.putObject({ Bucket, Key: 'kept', Body: 'x' })
  await s3.putBucketLifecycleConfiguration({
    Bucket, LifecycleConfiguration: { Rules: [{ ID: 'r', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 2 } }] }
  })
  const keys = () => cloud.aws().s3.ListObjectsV2({ Bucket }).then(listed => listed.Contents!.map(one => one.Key))
  await cloud.clock.advance(86_400_000)
  assert.deepEqual(await keys(), ['kept', 'tmp/a'])
  await cloud.clock.advance(2 * 86_400_000)
  assert.deepEqual(await keys(), ['kept'])
})
