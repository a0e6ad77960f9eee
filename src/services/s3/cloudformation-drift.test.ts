import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { drifting, type Drifting } from '../cloudformation/testing/drifting.ts'

let cloud: TestCloud
let stacks: Drifting
before(async () => {
  cloud = await startCloud()
  stacks = drifting(cloud)
})
after(() => cloud.stop())

const statement = (Bucket: string, Action: string) => ({ Sid: 'read', Effect: 'Allow', Principal: '*', Action, Resource: `arn:aws:s3:::${Bucket}/*` })
const policy = (Bucket: string, Action = 's3:GetObject') => ({ Version: '2012-10-17', Statement: [statement(Bucket, Action)] })
const open = { PublicAccessBlockConfiguration: { BlockPublicPolicy: false, RestrictPublicBuckets: false } }
const bucket = (BucketName: string) => ({ Type: 'AWS::S3::Bucket', Properties: { BucketName, ...open } })
const bucketPolicy = (Bucket: string, PolicyDocument: unknown, more: object = {}) =>
  ({ Type: 'AWS::S3::BucketPolicy', Properties: { Bucket, PolicyDocument }, ...more })

test('AWS::S3::BucketPolicy: in sync as it is made; its change, its removal and that of its bucket are told', async () => {
  const Resources = {
    A: bucket('drift-a'), B: bucket('drift-b'), PolicyA: bucketPolicy('drift-a', policy('drift-a'), { DependsOn: 'A' }),
    PolicyB: bucketPolicy('drift-b', JSON.stringify(policy('drift-b'), null, 1), { DependsOn: 'B' }),
  }
  await stacks.create('policies', Resources)
  await stacks.inSync('policies', ['A', 'B', 'PolicyA', 'PolicyB'])
  const { s3 } = cloud.aws()
  await s3.PutBucketPolicy({ Bucket: 'drift-a', Policy: JSON.stringify(policy('drift-a', 's3:ListBucket')).replace('/*', '') })
  await s3.DeleteBucketPolicy({ Bucket: 'drift-b' })
  assert.deepEqual(await stacks.told('policies'), [
    'PolicyA NOT_EQUAL /PolicyDocument/Statement/0/Action', 'PolicyA NOT_EQUAL /PolicyDocument/Statement/0/Resource', 'PolicyB DELETED',
  ])
  await s3.DeleteBucket({ Bucket: 'drift-a' })
  assert.deepEqual(await stacks.told('policies'), ['A DELETED', 'PolicyA DELETED', 'PolicyB DELETED'])
})

test('AWS::S3::BucketPolicy: Cloud Control lists the buckets that have a policy; import', async () => {
  const { s3 } = cloud.aws()
  for (const Bucket of ['mine', 'bare']) await s3.CreateBucket({ Bucket })
  await s3.DeletePublicAccessBlock({ Bucket: 'mine' })
  await s3.PutBucketPolicy({ Bucket: 'mine', Policy: JSON.stringify(policy('mine')) })
  assert.deepEqual(await stacks.get('AWS::S3::BucketPolicy', 'mine'), { Bucket: 'mine', PolicyDocument: policy('mine') })
  const listed = await stacks.list('AWS::S3::BucketPolicy')
  assert.deepEqual([listed.includes('mine'), listed.includes('bare')], [true, false])
  assert.equal(await stacks.importOne('imported', bucketPolicy('mine', policy('mine')), { Bucket: 'mine' }), 'mine')
})
