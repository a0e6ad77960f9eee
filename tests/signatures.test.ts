import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
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

/** A body in signed chunks with the length of all of it, as SDKs for Java and Go send it; `signedWith` in place of the user's own key signs the chunks. */
async function putInChunks(key: string, chunks: string[], signedWith = credentials.secretAccessKey): Promise<[status: number, text: string]> {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${time.slice(0, 8)}/us-east-1/s3/aws4_request`
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const hmac = (secret: string | Buffer, text: string) => createHmac('sha256', secret).update(text).digest()
  const sign = (secret: string, text: string) =>
    hmac(scope.split('/').reduce((key: string | Buffer, part) => hmac(key, part), `AWS4${secret}`) as Buffer, text).toString('hex')
  const { host } = new URL(cloud.endpoint)
  const headers: Record<string, string> = {
    'content-encoding': 'aws-chunked', host, 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'x-amz-date': time,
    'x-amz-decoded-content-length': String(chunks.join('').length),
  }
  const names = Object.keys(headers).join(';')
  const lines = Object.entries(headers).map(each => each.join(':'))
  const canonical = ['PUT', `/${Bucket}/${key}`, '', ...lines, '', names, headers['x-amz-content-sha256']].join('\n')
  let signature = sign(credentials.secretAccessKey, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`)
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  let body = ''
  for (const chunk of [...chunks, '']) {
    signature = sign(signedWith, `AWS4-HMAC-SHA256-PAYLOAD\n${time}\n${scope}\n${signature}\n${sha256('')}\n${sha256(chunk)}`)
    body += `${chunk.length.toString(16)};chunk-signature=${signature}\r\n${chunk}\r\n`
  }
  return answerOf(`${cloud.endpoint}/${Bucket}/${key}`, { method: 'PUT', body, headers: { ...headers, authorization } })
}

test('signed chunks: what they hold is stored, and it is their length that Content-Length says', async () => {
  const chunks = ['a'.repeat(8192), 'the end']
  assert.deepEqual(await putInChunks('chunks', chunks), [200, ''])
  const { Body, ContentEncoding } = await s3.send(new GetObjectCommand({ Bucket, Key: 'chunks' }))
  assert.deepEqual([await Body!.transformToString(), ContentEncoding], [chunks.join(''), undefined])
  assert.deepEqual(await putInChunks('empty', []), [200, ''])
})

test('signed chunks: whoever signed them wrongly hears of it, however much of them is still on its way', async () => {
  assert.deepEqual(await putInChunks('wrong', ['a'.repeat(4_000_000), 'b'.repeat(4_000_000)], 'another'), [403, 'SignatureDoesNotMatch'])
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'wrong' })), { name: 'NoSuchKey' })
})
