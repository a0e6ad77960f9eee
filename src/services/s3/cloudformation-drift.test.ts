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

test('AWS::S3::Bucket: with all its properties it is in sync; what is changed beside the stack is told', async () => {
  const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })
  const filter = (...Rules: object[]) => ({ S3Key: { Rules } })
  const Sid = { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' }
  const properties = {
    BucketName: 'whole-bucket', AccessControl: 'Private', VersioningConfiguration: { Status: 'Enabled' }, Tags: [{ Key: 'a', Value: 'b' }],
    PublicAccessBlockConfiguration: { BlockPublicAcls: 'true' }, OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
    CorsConfiguration: {
      CorsRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'], AllowedHeaders: ['x'], ExposedHeaders: ['y'], Id: 'one', MaxAge: '60' }]
    },
    LifecycleConfiguration: { Rules: [
      { Id: 'old', Status: 'Enabled', Prefix: 'logs/', ExpirationInDays: '30', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 } },
      { Status: 'Disabled', NoncurrentVersionExpirationInDays: 7 },
      { Status: 'Enabled', ExpiredObjectDeleteMarker: 'true', NoncurrentVersionExpiration: { NoncurrentDays: 3, NewerNoncurrentVersions: 2 } },
      {
        Status: 'Enabled', Prefix: 'a/', TagFilters: [{ Key: 'k', Value: 'v' }], ObjectSizeGreaterThan: '100', ExpirationDate: '2030-01-01T00:00:00Z',
        Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 30 }, { StorageClass: 'GLACIER_IR', TransitionInDays: '90' }],
        NoncurrentVersionTransition: { StorageClass: 'ONEZONE_IA', TransitionInDays: 40 },
      },
      { Status: 'Enabled', TagFilters: [{ Key: 'k', Value: 'v' }], Transition: { StorageClass: 'GLACIER_IR', TransitionDate: '2031-01-01' } },
    ] },
    NotificationConfiguration: {
      QueueConfigurations: [
        { Event: 's3:ObjectCreated:*', Queue: arn('Queue'), Filter: filter({ Name: 'suffix', Value: '.jpg' }, { Name: 'Prefix', Value: 'in/' }) },
        { Event: 's3:ObjectRemoved:*', Queue: arn('Queue'), Filter: filter({ Name: 'prefix', Value: '' }) },
      ],
      EventBridgeConfiguration: {},
    },
  }
  const queueUrl = { Ref: 'Queue' }
  await stacks.create('buckets', {
    Queue: { Type: 'AWS::SQS::Queue' },
    Policy: { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [queueUrl], PolicyDocument: { Version: '2012-10-17', Statement: [Sid] } } },
    Whole: { Type: 'AWS::S3::Bucket', Properties: properties, DependsOn: 'Policy' },
    Silent: { Type: 'AWS::S3::Bucket', Properties: { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: false } } } },
    Plain: { Type: 'AWS::S3::Bucket' },
  }, { Tags: [{ Key: 'of', Value: 'stack' }] })
  await stacks.inSync('buckets', ['Plain', 'Policy', 'Queue', 'Silent', 'Whole'])
  const { s3 } = cloud.aws()
  const Bucket = 'whole-bucket'
  const rules = (await s3.GetBucketLifecycleConfiguration({ Bucket })).Rules!
  await s3.PutBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules: [{ ...rules[0]!, Expiration: { Days: 31 } }, ...rules.slice(1)] } })
  await s3.PutBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })
  await s3.PutPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: false } })
  await s3.PutBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules: [{
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: true,
  }] } })
  await s3.DeleteBucketCors({ Bucket })
  const { QueueConfigurations } = await s3.GetBucketNotificationConfiguration({ Bucket })
  await s3.PutBucketNotificationConfiguration({ Bucket, NotificationConfiguration: { QueueConfigurations: [QueueConfigurations![0]!] } })
  assert.deepEqual(await stacks.told('buckets'), [
    'Whole ADD /BucketEncryption/ServerSideEncryptionConfiguration/0/BucketKeyEnabled', 'Whole NOT_EQUAL /LifecycleConfiguration/Rules/0/ExpirationInDays',
    'Whole NOT_EQUAL /PublicAccessBlockConfiguration/BlockPublicAcls', 'Whole NOT_EQUAL /VersioningConfiguration/Status', 'Whole REMOVE /CorsConfiguration',
    'Whole REMOVE /NotificationConfiguration/EventBridgeConfiguration', 'Whole REMOVE /NotificationConfiguration/QueueConfigurations/1',
  ])
})
