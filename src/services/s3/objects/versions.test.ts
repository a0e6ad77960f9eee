import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { S3 } from '@aws-sdk/client-s3'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { s3 as service } from '../service.ts'

const Bucket = 'listed'
let cloud: TestCloud
let s3: S3
before(async () => {
  cloud = await startCloud({ services: [service] })
  s3 = new S3(cloud.client)
  await s3.createBucket({ Bucket })
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })
  for (const Key of ['a', 'a', 'b/1', 'b/1', 'b/2/x', 'c', 'd/1']) await s3.putObject({ Bucket, Key, Body: 'x' })
  await s3.deleteObject({ Bucket, Key: 'c' })
})
after(async () => {
  s3.destroy()
  await cloud.stop()
})

/** What every page of a list has, in its order. */
async function pages(more: { Prefix?: string, Delimiter?: string, MaxKeys?: number }): Promise<string[][]> {
  const all: string[][] = []
  let next: { KeyMarker?: string | undefined, VersionIdMarker?: string | undefined } = {}
  for (let page = 0; page < 20; page++) {
    const listed = await s3.listObjectVersions({ Bucket, ...more, ...next })
    const { Versions = [], DeleteMarkers = [], CommonPrefixes = [] } = listed
    all.push([...Versions.map(({ Key }) => Key!), ...DeleteMarkers.map(({ Key }) => `-${Key}`), ...CommonPrefixes.map(({ Prefix }) => Prefix!)])
    if (!listed.IsTruncated) break
    next = { KeyMarker: listed.NextKeyMarker, VersionIdMarker: listed.NextVersionIdMarker }
  }
  return all
}

test('ListObjectVersions: keys with the delimiter after the prefix are one common prefix', async () => {
  assert.deepEqual(await pages({}), [['a', 'a', 'b/1', 'b/1', 'b/2/x', 'c', 'd/1', '-c']])
  assert.deepEqual(await pages({ Delimiter: '/' }), [['a', 'a', 'c', '-c', 'b/', 'd/']])
  assert.deepEqual(await pages({ Delimiter: '/', Prefix: 'b/' }), [['b/1', 'b/1', 'b/2/']])
})

test('ListObjectVersions: pages go on between the versions of a key, and after a common prefix', async () => {
  assert.deepEqual(await pages({ Delimiter: '/', MaxKeys: 1 }), [['a'], ['a'], ['b/'], ['-c'], ['c'], ['d/']])
  assert.deepEqual(await pages({ Delimiter: '/', MaxKeys: 3 }), [['a', 'a', 'b/'], ['c', '-c', 'd/']])
})

test('ListMultipartUploads: a delimiter makes common prefixes, on one page or on several', async () => {
  for (const Key of ['one', 'x/1', 'x/2', 'y/1', 'z']) await s3.createMultipartUpload({ Bucket, Key })
  const all: string[][] = []
  for (let KeyMarker: string | undefined, UploadIdMarker: string | undefined; ;) {
    const listed = await s3.listMultipartUploads({ Bucket, Delimiter: '/', MaxUploads: 2, KeyMarker, UploadIdMarker })
    all.push([...(listed.Uploads ?? []).map(({ Key }) => Key!), ...(listed.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!)])
    if (!listed.IsTruncated) break
    KeyMarker = listed.NextKeyMarker
    UploadIdMarker = listed.NextUploadIdMarker
  }
  assert.deepEqual(all, [['one', 'x/'], ['z', 'y/']])
})
