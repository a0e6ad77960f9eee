import assert from 'node:assert/strict'
import { get, type IncomingMessage } from 'node:http'
import { after, before, test } from 'node:test'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { startCloud, type TestCloud } from '../src/testing/index.ts'

// Who signed what, and for how long, and where to: with the keys of a user, since an unknown key on the loopback interface is believed.
let cloud: TestCloud
let credentials: { accessKeyId: string, secretAccessKey: string }
let s3: S3Client
const Bucket = 'signed'
const Key = 'a b+c/ü'

before(async () => {
  cloud = await startCloud()
  const iam = new IAMClient(cloud.client)
  await iam.send(new CreateUserCommand({ UserName: 'signer' }))
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } })
  await iam.send(new PutUserPolicyCommand({ UserName: 'signer', PolicyName: 'all', PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'signer' }))
  credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  s3 = new S3Client({ ...cloud.client, credentials })
  await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'hello' }))
})
after(() => cloud.stop())

const presigned = (client = s3, options: Parameters<typeof getSignedUrl>[2] = {}) =>
  getSignedUrl(client, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60, ...options })

async function answerOf(url: string, request: RequestInit = {}): Promise<[status: number, text: string]> {
  const response = await fetch(url, request)
  const text = await response.text()
  return [response.status, /<Code>(.*)<\/Code>/.exec(text)?.[1] ?? text]
}

/** Asks this machine for what lies at another host's address. */
async function answerAt(address: string, headers: Record<string, string> = {}): Promise<[status: number | undefined, text: string]> {
  const { host, pathname, search } = new URL(address)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port: cloud.cloud.port, path: pathname + search, headers: { host, ...headers } }, resolve).on('error', reject)
  })
  const text = (await response.setEncoding('utf8').toArray()).join('')
  return [response.statusCode, /<Code>(.*)<\/Code>/.exec(text)?.[1] ?? text]
}

test('a presigned URL reads and writes what it was made for, and nothing else', async () => {
  assert.deepEqual(await answerOf(await presigned()), [200, 'hello'])
  const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'put', ContentType: 'text/plain' }), { expiresIn: 60 })
  assert.deepEqual(await answerOf(url, { method: 'PUT', body: 'from afar', headers: { 'content-type': 'text/plain' } }), [200, ''])
  assert.equal(await (await s3.send(new GetObjectCommand({ Bucket, Key: 'put' }))).Body!.transformToString(), 'from afar')
  assert.deepEqual(await answerOf(url, { method: 'DELETE' }), [403, 'SignatureDoesNotMatch'])
  assert.deepEqual(await answerOf(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=61'), { method: 'PUT', body: 'later' }), [403, 'SignatureDoesNotMatch'])
})

test('a presigned URL is over when its time is, and not valid before it', async () => {
  assert.deepEqual(await answerOf(await presigned(s3, { signingDate: new Date(Date.now() - 61_000) })), [403, 'AccessDenied'])
  assert.deepEqual(await answerOf(await presigned(s3, { signingDate: new Date(Date.now() + 16 * 60_000) })), [403, 'RequestTimeTooSkewed'])
})

test('the key of a session counts only with its token, in headers and in URLs', async () => {
  const { Credentials } = await new STSClient({ ...cloud.client, credentials }).send(new GetSessionTokenCommand({}))
  const session = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey! }
  const url = await presigned(new S3Client({ ...cloud.client, credentials: { ...session, sessionToken: Credentials!.SessionToken! } }))
  assert.deepEqual(await answerOf(url), [200, 'hello'])
  assert.deepEqual(await answerOf(url.replace(/&X-Amz-Security-Token=[^&]*/, '')), [400, 'InvalidToken'])
  await assert.rejects(new STSClient({ ...cloud.client, credentials: session }).send(new GetCallerIdentityCommand({})), { name: 'InvalidClientTokenId' })
})

test('a clock that is an hour late is refused, by each service in its own words', async () => {
  const late = { ...cloud.client, credentials, systemClockOffset: -3_600_000 }
  await assert.rejects(
    new STSClient(late).send(new GetCallerIdentityCommand({})),
    { name: 'SignatureDoesNotMatch', message: /^Signature expired: .* is now earlier than / },
  )
  await assert.rejects(new DynamoDBClient(late).send(new ListTablesCommand({})), { name: 'InvalidSignatureException' })
  await assert.rejects(new S3Client(late).send(new ListBucketsCommand({})), { name: 'RequestTimeTooSkewed' })
})

test('a bucket is found in the host as well: of S3, dual-stack, of localhost', async () => {
  const local = new S3Client({ ...cloud.client, endpoint: `http://localhost:${cloud.cloud.port}`, credentials, forcePathStyle: false })
  const far = (options: object) => new S3Client({ region: 'us-east-1', credentials, ...options })
  for (const client of [local, far({}), far({ useDualstackEndpoint: true }), far({ useAccelerateEndpoint: true })]) {
    const url = await presigned(client)
    assert.match(new URL(url).host, /^signed\./)
    assert.deepEqual(await answerAt(url), [200, 'hello'], new URL(url).host)
  }
})

test('signatures of version 4A are refused by name, and those of version 2 but for the URLs that boto3 makes', async () => {
  const asymmetric = { authorization: 'AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20260101/s3/aws4_request, SignedHeaders=host, Signature=00' }
  assert.deepEqual(await answerAt('http://signed.s3.amazonaws.com/key', asymmetric), [400, 'InvalidRequest'])
  assert.deepEqual(await answerAt('http://signed.s3.amazonaws.com/key', { authorization: 'AWS AKIDEXAMPLE:x' }), [400, 'InvalidRequest'])
  assert.deepEqual(await answerAt('http://sts.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15', asymmetric), [400, 'IncompleteSignature'])
  assert.deepEqual(await answerAt('http://signed.s3.amazonaws.com/key?AWSAccessKeyId=AKIDEXAMPLE&Signature=x&Expires=1'), [403, 'AccessDenied'])
})
