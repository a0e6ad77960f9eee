import assert from 'node:assert/strict'
import { request, type IncomingHttpHeaders } from 'node:http'
import { after, before, test } from 'node:test'
import { GetObjectCommand, S3 } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { s3 as service } from '../service.ts'

let cloud: TestCloud
let s3: S3
before(async () => {
  cloud = await startCloud({ services: [service] })
  s3 = new S3(cloud.client)
  await s3.createBucket({ Bucket: 'shared' })
  await s3.putObject({ Bucket: 'shared', Key: 'a', Body: 'fog' })
})
after(async () => {
  s3.destroy()
  await cloud.stop()
})

const page = 'https://app.example.com'
// A page of this machine, which may use the test's key.
const local = 'http://localhost:5173'
const put = (...CORSRules: object[]) => s3.putBucketCors({ Bucket: 'shared', CORSConfiguration: { CORSRules: CORSRules as [] } })

/** As a browser sends it: with an Origin, which `fetch` does not let us set. */
function send(method: string, url: string, headers: Record<string, string>): Promise<{ status: number, headers: IncomingHttpHeaders, body: string }> {
  return new Promise((resolve, reject) => {
    request(new URL(url, cloud.endpoint), { method, headers }, response => {
      let body = ''
      response.on('data', piece => body += piece).on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }))
    }).on('error', reject).end()
  })
}

const preflight = (url: string, method: string, origin = page, more: Record<string, string> = {}) =>
  send('OPTIONS', url, { origin, 'access-control-request-method': method, ...more })

test('PutBucketCors, GetBucketCors, DeleteBucketCors: the rules come back and go', async () => {
  await assert.rejects(s3.getBucketCors({ Bucket: 'shared' }), { name: 'NoSuchCORSConfiguration', message: 'The CORS configuration does not exist' })
  const rule = { ID: 'one', AllowedMethods: ['GET', 'PUT'], AllowedOrigins: [page], AllowedHeaders: ['*'], ExposeHeaders: ['ETag'], MaxAgeSeconds: 60 }
  await put(rule)
  assert.deepEqual((await s3.getBucketCors({ Bucket: 'shared' })).CORSRules, [rule])
  await s3.deleteBucketCors({ Bucket: 'shared' })
  await assert.rejects(s3.getBucketCors({ Bucket: 'shared' }), { name: 'NoSuchCORSConfiguration' })
})

test('PutBucketCors: rules that S3 does not take are refused', async () => {
  const rule = { AllowedMethods: ['GET'], AllowedOrigins: ['*'] }
  await assert.rejects(put({ ...rule, AllowedMethods: ['PATCH'] }), {
    name: 'InvalidRequest', message: 'Found unsupported HTTP method in CORS config. Unsupported method is PATCH'
  })
  await assert.rejects(put({ ...rule, AllowedOrigins: ['*.a.*'] }), {
    name: 'InvalidRequest', message: 'AllowedOrigin "*.a.*" can not have more than one wildcard.'
  })
  await assert.rejects(put({ ...rule, ExposeHeaders: ['x-*'] }), {
    name: 'InvalidRequest', message: 'ExposeHeader "x-*" contains wildcard. We currently do not support wildcard for ExposeHeader.'
  })
})

test('PutBucketCors: a preflight is granted by the first rule that fits, and refused as S3 refuses it', async () => {
  await put({ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }, {
    AllowedMethods: ['PUT', 'POST'], AllowedOrigins: ['https://*.example.com'], AllowedHeaders: ['x-amz-*'], MaxAgeSeconds: 60
  })
  const any = await preflight('/shared/a', 'GET')
  assert.deepEqual([any.status, any.headers['access-control-allow-origin'], any.headers['access-control-allow-credentials']], [200, '*', undefined])
  const granted = await preflight('/shared/a', 'PUT', page, { 'access-control-request-headers': 'X-Amz-Date, x-amz-acl' })
  assert.deepEqual([granted.status, granted.headers['access-control-allow-origin'], granted.headers['access-control-allow-credentials']], [200, page, 'true'])
  assert.deepEqual(
    ['allow-methods', 'allow-headers', 'max-age'].map(name => granted.headers[`access-control-${name}`]), ['PUT, POST', 'x-amz-date, x-amz-acl', '60'],
  )
  assert.match(granted.headers.vary!, /Origin/)
  for (const refused of [
    await preflight('/shared/a', 'DELETE'), await preflight('/shared/a', 'PUT', 'https://example.org'),
    await preflight('/shared/a', 'PUT', page, { 'access-control-request-headers': 'x-own' }),
    await preflight('/a', 'DELETE', page, { host: 'shared.s3.localhost' }),
  ]) {
    assert.deepEqual([refused.status, refused.headers['access-control-allow-origin']], [403, undefined])
    assert.match(refused.body, /<Code>AccessForbidden<\/Code><Message>CORSResponse: This CORS request is not allowed\..*<ResourceType>OBJECT</)
  }
})

test('PutBucketCors: answers, errors among them, bear the headers of the rule, and none where no rule fits', async () => {
  await put({ AllowedMethods: ['GET'], AllowedOrigins: [local], ExposeHeaders: ['ETag', 'x-amz-meta-a'] })
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'shared', Key: 'a' }))
  const granted = await send('GET', url, { origin: local })
  assert.deepEqual(
    [granted.status, granted.body, granted.headers['access-control-allow-origin'], granted.headers['access-control-expose-headers']],
    [200, 'fog', local, 'ETag, x-amz-meta-a']
  )
  const missing = await send('GET', await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'shared', Key: 'none' })), { origin: local })
  assert.deepEqual([missing.status, missing.headers['access-control-allow-origin']], [404, local])
  const other = await send('GET', url, { origin: 'http://127.0.0.1:5173' })
  assert.deepEqual([other.status, other.headers['access-control-allow-origin']], [200, undefined])
})

test('DeleteBucketCors: a bucket without rules grants nothing', async () => {
  await s3.deleteBucketCors({ Bucket: 'shared' })
  const refused = await preflight('/shared', 'GET')
  assert.equal(refused.status, 403)
  assert.match(refused.body, /CORSResponse: CORS is not enabled for this bucket\..*<ResourceType>BUCKET</)
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'shared', Key: 'a' }))
  assert.equal((await send('GET', url, { origin: local })).headers['access-control-allow-origin'], undefined)
})

test('AWS::S3::Bucket: CorsConfiguration becomes the bucket\'s rules, and goes with an update', async () => {
  const bucket = service.resourceTypes!['AWS::S3::Bucket']!
  const context = { aws: cloud.aws(), region: 'us-east-1', partition: 'aws', tags: {} } as never
  const CorsRules = [{ Id: 'one', AllowedMethods: ['GET'], AllowedOrigins: ['*'], ExposedHeaders: ['ETag'], MaxAge: '60' }]
  const withRules = { BucketName: 'templated', CorsConfiguration: { CorsRules } }
  await bucket.create(context, withRules)
  assert.deepEqual((await s3.getBucketCors({ Bucket: 'templated' })).CORSRules,
    [{ ID: 'one', AllowedMethods: ['GET'], AllowedOrigins: ['*'], ExposeHeaders: ['ETag'], MaxAgeSeconds: 60 }])
  await bucket.update!(context, 'templated', { BucketName: 'templated' }, withRules)
  await assert.rejects(s3.getBucketCors({ Bucket: 'templated' }), { name: 'NoSuchCORSConfiguration' })
})
