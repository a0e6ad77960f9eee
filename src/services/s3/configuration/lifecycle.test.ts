import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { S3, type LifecycleRule } from '@aws-sdk/client-s3'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { s3 as service } from '../service.ts'

const dayMs = 86_400_000
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

async function bucketWith(Bucket: string, ...rules: Partial<LifecycleRule>[]): Promise<string> {
  await s3.createBucket({ Bucket })
  await putRules(Bucket, ...rules)
  return Bucket
}

const putRules = (Bucket: string, ...rules: Partial<LifecycleRule>[]) =>
  s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules: rules.map(rule => ({ Status: 'Enabled', ...rule })) } })

/** The cloud's clock goes on by months, and the client's does not: so the API is asked in-process. */
const listed = async (Bucket: string) =>
  ((await cloud.aws().s3.ListObjectsV2({ Bucket })).Contents ?? []).map(({ Key, StorageClass }) => StorageClass === 'STANDARD' ? Key : `${Key} ${StorageClass}`)

test('an expiration is about the prefix, the tags and the sizes of its filter, all of them', async () => {
  const Tag = { Key: 'keep', Value: 'no' }
  const Bucket = await bucketWith('filters',
    { Filter: { Tag }, Expiration: { Days: 1 } }, { Filter: { ObjectSizeGreaterThan: 10 }, Expiration: { Days: 1 } },
    { Filter: { And: { Prefix: 'small/', ObjectSizeLessThan: 3, Tags: [{ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' }] } }, Expiration: { Days: 1 } })
  const put = (Key: string, Body: string, Tagging?: string) => s3.putObject({ Bucket, Key, Body, ...Tagging !== undefined && { Tagging } })
  await put('tagged', 'x', 'keep=no')
  await put('other', 'x', 'keep=yes')
  await put('large', '01234567890')
  await put('ten', '0123456789')
  await put('small/both', 'x', 'a=1&b=2')
  await put('small/one', 'x', 'a=1')
  await put('small/large', 'xxx', 'a=1&b=2')
  await put('elsewhere', 'x', 'a=1&b=2')
  await cloud.clock.advance(3 * dayMs)
  assert.deepEqual(await listed(Bucket), ['elsewhere', 'other', 'small/large', 'small/one', 'ten'])
})

test('a transition gives objects of at least 128 KB another storage class when their days are over, the last of several counts', async () => {
  const Transitions = [{ Days: 30, StorageClass: 'STANDARD_IA' as const }, { Days: 60, StorageClass: 'GLACIER_IR' as const }]
  const Bucket = await bucketWith('classes', { Filter: { Prefix: 'logs/' }, Transitions }, {
    Filter: { ObjectSizeLessThan: 100 }, Transitions: [{ Days: 0, StorageClass: 'INTELLIGENT_TIERING' }],
  })
  const Body = 'x'.repeat(131_072)
  const bodies = { 'logs/a': Body, 'logs/small': Body.slice(1), other: Body, tiny: 'x' }
  for (const [Key, body] of Object.entries(bodies)) await s3.putObject({ Bucket, Key, Body: body })
  await cloud.clock.advance(2 * dayMs)
  assert.deepEqual(await listed(Bucket), ['logs/a', 'logs/small', 'other', 'tiny INTELLIGENT_TIERING'])
  await cloud.clock.advance(30 * dayMs)
  assert.deepEqual(await listed(Bucket), ['logs/a STANDARD_IA', 'logs/small', 'other', 'tiny INTELLIGENT_TIERING'])
  await cloud.clock.advance(30 * dayMs)
  assert.deepEqual((await listed(Bucket))[0], 'logs/a GLACIER_IR')
  assert.equal((await cloud.aws().s3.HeadObject({ Bucket, Key: 'logs/a' })).ContentLength, 131_072)
})

test('a transition of older versions leaves the newest one and those that are to be kept', async () => {
  const Bucket = await bucketWith('older', {
    Filter: { ObjectSizeGreaterThan: 0 }, NoncurrentVersionTransitions: [{ NoncurrentDays: 30, NewerNoncurrentVersions: 1, StorageClass: 'ONEZONE_IA' }],
  })
  const { aws } = cloud
  await aws().s3.PutBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })
  for (const Body of ['1', '2', '3']) await aws().s3.PutObject({ Bucket, Key: 'k', Body })
  await cloud.clock.advance(32 * dayMs)
  const { Versions } = await aws().s3.ListObjectVersions({ Bucket })
  assert.deepEqual(Versions!.map(({ StorageClass }) => StorageClass), ['STANDARD', 'STANDARD', 'ONEZONE_IA'])
})

test('rules that S3 does not take', async () => {
  const Bucket = await bucketWith('wrong', { Filter: { Prefix: '' }, Expiration: { Days: 1 } })
  const refused = async (rule: Partial<LifecycleRule>, error: object) => assert.rejects(putRules(Bucket, rule), error, JSON.stringify(rule))
  const Filter = { Tag: { Key: 'a', Value: 'b' } }
  const AbortIncompleteMultipartUpload = { DaysAfterInitiation: 1 }
  await refused({ Filter: { Prefix: '' } }, { name: 'MalformedXML' })
  await refused({ Filter: { Prefix: 'a', ObjectSizeLessThan: 5 }, Expiration: { Days: 1 } }, { name: 'MalformedXML' })
  await refused({ Filter, AbortIncompleteMultipartUpload }, {
    name: 'InvalidRequest', message: 'AbortIncompleteMultipartUpload cannot be specified with Tags.',
  })
  await refused({ Filter: { ObjectSizeLessThan: 5 }, AbortIncompleteMultipartUpload }, { name: 'InvalidRequest', message: /Object Size/ })
  await refused({ Filter, Expiration: { ExpiredObjectDeleteMarker: true } }, { name: 'InvalidRequest', message: /ExpiredObjectDeleteMarker/ })
  await refused({ Filter, Transitions: [{ Days: 29, StorageClass: 'STANDARD_IA' }] }, {
    name: 'InvalidArgument', message: "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'",
  })
  await refused({ Filter, Transitions: [{ Days: 90, StorageClass: 'DEEP_ARCHIVE' }] }, { name: 'NotImplemented' })
})
