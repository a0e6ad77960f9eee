import assert from 'node:assert/strict'
import { existsSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Lambda } from '@aws-sdk/client-lambda'
import { S3 } from '@aws-sdk/client-s3'
import { strToU8, zipSync } from 'fflate'
import { openCloud, type Cloud } from '../src/cloud.ts'
import { openBlobs } from '../src/platform/blobs.ts'
import { virtualClock, type VirtualClock } from '../src/platform/clock.ts'
import { silentLogger } from '../src/platform/logging.ts'
import { openStore } from '../src/storage/open.ts'

// The files of S3's objects and Lambda's code: kept as long as a row names them, reclaimed afterwards.
const dataFolder = mkdtempSync(join(tmpdir(), 'fogbank-sweep-'))
const place = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, forcePathStyle: true }
let clock: VirtualClock
let cloud: Cloud
let s3: S3
before(open)
after(async () => {
  await close()
  rmSync(dataFolder, { recursive: true, force: true })
})

async function open(): Promise<void> {
  clock = virtualClock(Date.UTC(2026, 0, 1))
  // Even what was put in this millisecond is old enough.
  cloud = await openCloud({ host: '127.0.0.1', port: 0, dataFolder, log: silentLogger, clock, blobGraceMs: -1000, sandboxDriver: 'process' })
  s3 = new S3({ ...place, endpoint: cloud.endpoint })
}

async function close(): Promise<void> {
  s3.destroy()
  await cloud.stop()
}

const files = () => globSync('blobs/??/*', { cwd: dataFolder }).length
const sweep = () => cloud.platform.blobSweep.sweep(false)
const read = async (Key: string, more: object = {}) => (await s3.getObject({ Bucket: 'bucket', Key, ...more })).Body!.transformToString()
const large = (letter: string) => letter.repeat(5 * 1024 * 1024)

test('an object is kept through a sweep; one that is replaced, deleted or refused is reclaimed', async () => {
  await s3.createBucket({ Bucket: 'bucket' })
  await s3.putObject({ Bucket: 'bucket', Key: 'k', Body: 'one' })
  await s3.putObject({ Bucket: 'bucket', Key: 'same', Body: 'one' })
  assert.deepEqual([await sweep(), files(), await read('k')], [0, 1, 'one'])
  await s3.putObject({ Bucket: 'bucket', Key: 'k', Body: 'two' })
  assert.deepEqual([await sweep(), files(), await read('same')], [0, 2, 'one'])
  await s3.deleteObject({ Bucket: 'bucket', Key: 'same' })
  assert.deepEqual([await sweep(), files(), await read('k')], [1, 1, 'two'])
  await assert.rejects(s3.putObject({ Bucket: 'bucket', Key: 'k', Body: 'three', ContentMD5: Buffer.alloc(16).toString('base64') }), { name: 'BadDigest' })
  assert.deepEqual([files(), await sweep(), files(), await read('k')], [2, 1, 1, 'two'])
})

test('a copy keeps the bytes when its source goes', async () => {
  await s3.copyObject({ Bucket: 'bucket', Key: 'copy', CopySource: 'bucket/k' })
  await s3.deleteObject({ Bucket: 'bucket', Key: 'k' })
  assert.deepEqual([await sweep(), await read('copy')], [0, 'two'])
  await s3.deleteObject({ Bucket: 'bucket', Key: 'copy' })
  assert.deepEqual([await sweep(), files()], [1, 0])
})

test('the parts of an upload are kept while it lasts and when it is completed, and go with its abortion', async () => {
  const start = async (Key: string) => (await s3.createMultipartUpload({ Bucket: 'bucket', Key })).UploadId!
  const part = async (Key: string, UploadId: string, PartNumber: number, Body: string) =>
    ({ PartNumber, ETag: (await s3.uploadPart({ Bucket: 'bucket', Key, UploadId, PartNumber, Body })).ETag })
  const UploadId = await start('m')
  const Parts = [await part('m', UploadId, 1, large('a')), await part('m', UploadId, 2, 'end')]
  await part('m', UploadId, 3, 'left out')
  const other = await start('n')
  await part('n', other, 1, 'lost')
  assert.deepEqual([await sweep(), files()], [0, 4])
  await s3.completeMultipartUpload({ Bucket: 'bucket', Key: 'm', UploadId, MultipartUpload: { Parts } })
  await s3.abortMultipartUpload({ Bucket: 'bucket', Key: 'n', UploadId: other })
  assert.deepEqual([await sweep(), files()], [2, 2])
  assert.equal(await read('m'), large('a') + 'end')
  await s3.deleteObject({ Bucket: 'bucket', Key: 'm' })
  assert.deepEqual([await sweep(), files()], [2, 0])
})

test('older versions are kept below a delete marker, until they are deleted', async () => {
  await s3.putBucketVersioning({ Bucket: 'bucket', VersioningConfiguration: { Status: 'Enabled' } })
  const first = await s3.putObject({ Bucket: 'bucket', Key: 'v', Body: 'first' })
  const second = await s3.putObject({ Bucket: 'bucket', Key: 'v', Body: 'second' })
  const marker = await s3.deleteObject({ Bucket: 'bucket', Key: 'v' })
  assert.deepEqual([await sweep(), files()], [0, 2])
  await s3.deleteObject({ Bucket: 'bucket', Key: 'v', VersionId: marker.VersionId! })
  await s3.deleteObject({ Bucket: 'bucket', Key: 'v', VersionId: second.VersionId! })
  assert.deepEqual([await sweep(), files(), await read('v'), await read('v', { VersionId: first.VersionId })], [1, 1, 'first', 'first'])
  await s3.deleteObject({ Bucket: 'bucket', Key: 'v', VersionId: first.VersionId! })
  assert.deepEqual([await sweep(), files()], [1, 0])
})

test('the code of a function is kept for its versions, and goes with the last of them', async () => {
  const { iam } = cloud.platform.aws({
    principal: { type: 'root', account: '000000000000', arn: 'arn:aws:iam::000000000000:root', userId: 'root' }, account: '000000000000',
    region: 'us-east-1',
  })
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  const { Role } = await iam.CreateRole({ RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify(trust) })
  const lambda = new Lambda({ ...place, endpoint: cloud.endpoint })
  const zip = (text: string) => zipSync({ 'index.mjs': strToU8(text) })
  await lambda.createFunction({
    FunctionName: 'f', Runtime: 'nodejs24.x' as any, Handler: 'index.handler', Role: Role!.Arn, Code: { ZipFile: zip('1') }, Publish: true,
  })
  await lambda.updateFunctionCode({ FunctionName: 'f', ZipFile: zip('2') })
  assert.deepEqual([await sweep(), files()], [0, 2])
  await lambda.updateFunctionCode({ FunctionName: 'f', ZipFile: zip('3') })
  assert.deepEqual([await sweep(), files()], [1, 2])
  await lambda.deleteFunction({ FunctionName: 'f' })
  assert.deepEqual([await sweep(), files()], [2, 0])
  lambda.destroy()
})

test('the sweep comes by the clock, and finds what an earlier process left', async () => {
  await s3.putObject({ Bucket: 'bucket', Key: 'kept', Body: 'kept' })
  const { VersionId } = await s3.putObject({ Bucket: 'bucket', Key: 'gone', Body: 'gone' })
  await s3.deleteObject({ Bucket: 'bucket', Key: 'gone', VersionId: VersionId! })
  await close()
  await open()
  assert.equal(files(), 2)
  await clock.advance(61_000)
  assert.deepEqual([files(), await read('kept')], [1, 'kept'])
  await s3.deleteObject({ Bucket: 'bucket', Key: 'kept', VersionId: (await s3.headObject({ Bucket: 'bucket', Key: 'kept' })).VersionId! })
  await clock.advance(60 * 60_000)
  assert.equal(files(), 0)
})

test('a file that this process knows nothing of is found by the sweep of all files, once a day', async () => {
  await clock.advance(60_000)
  const before = files()
  const { sha256 } = await openBlobs({ folder: join(dataFolder, 'blobs') }).put(Buffer.from('left by a crash'))
  await clock.advance(3 * 60 * 60_000)
  assert.equal(files(), before + 1)
  await clock.advance(24 * 60 * 60_000)
  assert.deepEqual([files(), existsSync(openBlobs({ folder: join(dataFolder, 'blobs') }).path(sha256))], [before, false])
})

test('a data folder without references, of an earlier Fogbank, gets them before anything is swept', async () => {
  for (let n = 0; n < 250; n++) await s3.putObject({ Bucket: 'bucket', Key: `old/${n}`, Body: `old ${n}` })
  await close()
  const store = await openStore({ folder: dataFolder })
  await store.transact(async tx => {
    for (const [key] of await tx.range({ start: '\x04blobs.', end: '\x04blobs/' })) tx.delete(key)
  })
  await store.close()
  await open()
  assert.deepEqual([await cloud.platform.blobSweep.sweep(true), files()], [0, 250])
  assert.equal(await read('old/249'), 'old 249')
  for (let n = 0; n < 250; n++) {
    await s3.deleteObject({ Bucket: 'bucket', Key: `old/${n}`, VersionId: (await s3.headObject({ Bucket: 'bucket', Key: `old/${n}` })).VersionId! })
  }
  assert.deepEqual([await sweep(), files()], [250, 0])
})
