import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { S3 } from '@aws-sdk/client-s3'
import { SQS } from '@aws-sdk/client-sqs'
import { startCloud, type TestCloud } from '../src/testing/index.ts'

// A browser's form that uploads a file to a bucket, signed with the keys of a user, since an unknown key on the loopback interface is believed.
let cloud: TestCloud
let s3: S3
let key: { id: string, secret: string }
const Bucket = 'forms'

before(async () => {
  cloud = await startCloud()
  s3 = new S3(cloud.client)
  await s3.createBucket({ Bucket })
  const iam = new IAMClient(cloud.client)
  await iam.send(new CreateUserCommand({ UserName: 'signer' }))
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [
    { Effect: 'Allow', Action: ['s3:PutObject', 's3:PutObjectAcl', 's3:PutObjectTagging'], Resource: `arn:aws:s3:::${Bucket}/up/*` },
  ] })
  await iam.send(new PutUserPolicyCommand({ UserName: 'signer', PolicyName: 'up', PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'signer' }))
  key = { id: AccessKey!.AccessKeyId!, secret: AccessKey!.SecretAccessKey! }
})
after(async () => {
  s3.destroy()
  await cloud.stop()
})

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
const hmac = (secret: string | Buffer, text: string) => createHmac('sha256', secret).update(text).digest()
const encode = (policy: unknown) => Buffer.from(typeof policy === 'string' ? policy : JSON.stringify(policy)).toString('base64')

/** Fields with a policy over them, signed with version 4; `more` are further conditions, and `policy` one in place of ours. */
function signed(fields: Record<string, string>, more: unknown[] = [], policy?: unknown): Record<string, string> {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = [time.slice(0, 8), 'us-east-1', 's3', 'aws4_request']
  const all: Record<string, string> = {
    ...fields, 'x-amz-algorithm': 'AWS4-HMAC-SHA256', 'x-amz-credential': [key.id, ...scope].join('/'), 'x-amz-date': time,
  }
  const given = Object.entries(all).filter(([name]) => !more.some(each => JSON.stringify(each).toLowerCase().includes(`$${name.toLowerCase()}"`)))
  const document = encode(policy ?? { expiration: inAnHour(), conditions: [{ bucket: Bucket }, ...given.map(([name, value]) => ({ [name]: value })), ...more] })
  const signature = hmac(scope.reduce((secret: string | Buffer, part) => hmac(secret, part), `AWS4${key.secret}`) as Buffer, document).toString('hex')
  return { ...all, policy: document, 'x-amz-signature': signature }
}

async function post(fields: Record<string, string>, file: string | Buffer | undefined = 'hello', name = 'a.txt') {
  const form = new FormData()
  for (const [field, value] of Object.entries(fields)) form.append(field, value)
  if (file !== undefined) form.append('file', new Blob([file as string]), name)
  return fetch(`${cloud.endpoint}/${Bucket}`, { method: 'POST', body: form, redirect: 'manual' })
}

/** Status, code and message of a refusal. */
async function refused(answer: Response | Promise<Response>): Promise<[number, string | undefined, string | undefined]> {
  const { status } = await answer
  const text = (await (await answer).text()).replaceAll('&quot;', '"')
  return [status, /<Code>(.*)<\/Code>/.exec(text)?.[1], /<Message>(.*)<\/Message>/s.exec(text)?.[1]]
}

const read = async (Key: string) => {
  const { Body, ContentType, Metadata, CacheControl } = await s3.getObject({ Bucket, Key })
  return { text: await Body!.transformToString(), ContentType, Metadata, CacheControl }
}

test('a form stores its file with the headers and metadata of its fields, and answers 204', async () => {
  const answer = await post(signed({
    key: 'up/ü b.txt', 'Content-Type': 'text/plain', 'Cache-Control': 'no-store', 'x-amz-meta-who': 'Zoë', acl: 'private',
    tagging: '<Tagging><TagSet><Tag><Key>a&amp;b</Key><Value>c d</Value></Tag></TagSet></Tagging>',
  }))
  assert.deepEqual([answer.status, await answer.text()], [204, ''])
  assert.equal(answer.headers.get('location'), `${cloud.endpoint}/${Bucket}/up/%C3%BC%20b.txt`)
  assert.equal(answer.headers.get('etag'), '"5d41402abc4b2a76b9719d911017c592"')
  const { Metadata, ...rest } = await read('up/ü b.txt')
  assert.deepEqual(rest, { text: 'hello', ContentType: 'text/plain', CacheControl: 'no-store' })
  assert.equal(Buffer.from(Metadata!.who!, 'latin1').toString(), 'Zoë')
  assert.deepEqual((await s3.getObjectTagging({ Bucket, Key: 'up/ü b.txt' })).TagSet, [{ Key: 'a&b', Value: 'c d' }])
})

test('a form signed with version 2, as boto3 does it in us-east-1', async () => {
  const policy = encode({ expiration: inAnHour(), conditions: [{ bucket: Bucket }, { key: 'up/two' }] })
  const signature = createHmac('sha1', key.secret).update(policy).digest('base64')
  const fields = { key: 'up/two', AWSAccessKeyId: key.id, policy, signature }
  assert.equal((await post(fields)).status, 204)
  assert.deepEqual((await refused(post({ ...fields, signature: signature.replace(/^./, each => each === 'A' ? 'B' : 'A') })))[1], 'SignatureDoesNotMatch')
})

test('success_action_status: 200 is empty, 201 tells what was stored, others are 204; success_action_redirect leads on', async () => {
  const fields = (more: Record<string, string>) => post(signed({ key: 'up/<told>', ...more }))
  assert.deepEqual([(await fields({ success_action_status: '200' })).status, (await fields({ success_action_status: '302' })).status], [200, 204])
  const told = await fields({ success_action_status: '201' })
  assert.deepEqual([told.status, told.headers.get('content-type')], [201, 'application/xml'])
  assert.equal((await told.text()).split('\n')[1], `<PostResponse><Location>${cloud.endpoint}/${Bucket}/up/%3Ctold%3E</Location><Bucket>${Bucket}</Bucket>`
    + '<Key>up/&lt;told&gt;</Key><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag></PostResponse>')
  const led = await fields({ success_action_redirect: 'http://a.example/done?x=1', success_action_status: '201' })
  assert.deepEqual([led.status, led.headers.get('location')],
    [303, `http://a.example/done?x=1&bucket=${Bucket}&key=up%2F%3Ctold%3E&etag=%225d41402abc4b2a76b9719d911017c592%22`])
  assert.equal((await fields({ success_action_redirect: 'nowhere' })).status, 204)
})

test('${filename} stands for the name of the file, without its folders, in every field', async () => {
  const fields = signed({ key: 'up/${filename}', 'x-amz-meta-name': '${filename}' }, [['starts-with', '$key', 'up/'], ['starts-with', '$x-amz-meta-name', '']])
  assert.equal((await post(fields, 'x', 'C:\\photos\\cat.png')).status, 204)
  assert.deepEqual((await read('up/cat.png')).Metadata, { name: 'cat.png' })
})

test('a policy: what it does not allow is AccessDenied with the condition that failed', async () => {
  const denied = (what: string) => [403, 'AccessDenied', `Invalid according to Policy: ${what}`]
  const ours = signed({ key: 'up/k', 'Content-Type': 'image/png' }, [['starts-with', '$Content-Type', 'image/']])
  assert.deepEqual(await refused(post({ ...ours, key: 'up/other' })), denied('Policy Condition failed: ["eq", "$key", "up/k"]'))
  assert.deepEqual(await refused(post({ ...ours, 'Content-Type': 'image/png,text/html' })),
    denied('Policy Condition failed: ["starts-with", "$Content-Type", "image/"]'))
  assert.equal((await post({ ...ours, 'Content-Type': 'image/png,image/gif' })).status, 204)
  assert.deepEqual(await refused(post({ ...ours, 'x-amz-meta-a': '1', acl: 'private' })), denied('Extra input fields: x-amz-meta-a, acl'))
  assert.equal((await post({ ...ours, 'x-ignore-me': '1' })).status, 204)
  assert.deepEqual(await refused(post(signed({ key: 'up/k' }, [{ bucket: 'another' }]))), denied('Policy Condition failed: ["eq", "$bucket", "another"]'))
  assert.deepEqual(await refused(post(signed({ key: 'up/k' }, [], { expiration: '2020-01-01T00:00:00Z', conditions: [] }))), denied('Policy expired.'))
  const unnamed = signed({ key: 'up/k' }, [], { expiration: inAnHour(), conditions: [['starts-with', '$key', ''], ['starts-with', '$x-amz-date', ''],
    ['starts-with', '$x-amz-algorithm', ''], ['starts-with', '$x-amz-credential', '']] })
  assert.deepEqual(await refused(post(unnamed)), denied('Extra input fields: bucket'))
})

test('a bucket’s notifications call it ObjectCreated:Post, by the user who signed the policy', async () => {
  const sqs = new SQS(cloud.client)
  const arn = 'arn:aws:sqs:us-east-1:000000000000:posted'
  const Statement = [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: arn }]
  const { QueueUrl } = await sqs.createQueue({ QueueName: 'posted', Attributes: { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) } })
  const QueueConfigurations = [{ QueueArn: arn, Events: ['s3:ObjectCreated:Post' as const] }]
  await s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration: { QueueConfigurations } })
  await sqs.purgeQueue({ QueueUrl })
  await s3.putObject({ Bucket, Key: 'up/put', Body: 'x' })
  await post(signed({ key: 'up/posted' }))
  await cloud.settle()
  const { Messages } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 })
  const records = Messages!.map(message => JSON.parse(message.Body!).Records[0])
  assert.deepEqual(records.map(({ eventName, s3: { object } }) => [eventName, object.key, object.size]), [['ObjectCreated:Post', 'up/posted', 5]])
  assert.match(records[0].userIdentity.principalId, /AIDA/)
  await s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration: {} })
  sqs.destroy()
})

test('content-length-range: EntityTooLarge and EntityTooSmall, and nothing is stored', async () => {
  const fields = signed({ key: 'up/sized' }, [['content-length-range', 2, 10]])
  const large = await post(fields, Buffer.alloc(3_000_000, 'x'))
  const text = await large.text()
  assert.deepEqual([large.status, /<Error>(.*)<RequestId>/.exec(text)![1]], [400, '<Code>EntityTooLarge</Code>'
    + '<Message>Your proposed upload exceeds the maximum allowed size</Message><ProposedSize>3000000</ProposedSize><MaxSizeAllowed>10</MaxSizeAllowed>'])
  assert.deepEqual(await refused(post(fields, 'x')), [400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size'])
  await assert.rejects(s3.headObject({ Bucket, Key: 'up/sized' }), { name: 'NotFound' })
  assert.equal((await post(fields, '0123456789')).status, 204)
  assert.equal((await post(fields, '01')).status, 204)
})

test('a policy that is none is InvalidPolicyDocument', async () => {
  const said = (policy: unknown) => refused(post(signed({ key: 'up/k' }, [], policy)))
  const invalid = (what: string) => [400, 'InvalidPolicyDocument', `Invalid Policy: ${what}`]
  const expiration = inAnHour()
  assert.deepEqual(await said('{'), invalid('Invalid JSON.'))
  assert.deepEqual(await said({ conditions: [] }), invalid('Policy missing expiration.'))
  assert.deepEqual(await said({ expiration }), invalid('Policy missing conditions.'))
  assert.deepEqual(await said({ expiration: 'soon', conditions: [] }), invalid("Invalid 'expiration' value: 'soon'"))
  assert.deepEqual(await said({ Expiration: expiration, conditions: [] }), invalid("Unexpected: 'Expiration'"))
  assert.deepEqual(await said({ expiration, conditions: [{ success_action_status: 201 }] }), invalid('Invalid Simple-Condition: value must be a string.'))
  const range = 'content-length-range'
  for (const wrong of [[range, 1], [range, -1, 2], ['ends-with', '$key', 'x'], ['eq', 'key', 'x'], 'x', { a: '1', b: '2' }]) {
    assert.deepEqual((await said({ expiration, conditions: [wrong] }))[1], 'InvalidPolicyDocument', JSON.stringify(wrong))
  }
})

test('who signed it: a wrong signature, an unknown key, and a signer who may not put the object', async () => {
  const fields = signed({ key: 'up/k' })
  assert.deepEqual(await refused(post({ ...fields, 'x-amz-signature': '0'.repeat(64) })),
    [403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided. Check your key and signing method.'])
  assert.equal((await refused(post({ ...fields, policy: fields.policy!.replace(/^./, 'f') })))[1], 'SignatureDoesNotMatch')
  assert.equal((await refused(post({ ...fields, 'x-amz-credential': 'AKIA/x' })))[0], 400)
  const [status, code, message] = await refused(post(signed({ key: 'elsewhere/k' })))
  assert.deepEqual([status, code], [403, 'AccessDenied'])
  assert.match(message!, /user\/signer is not authorized to perform: s3:PutObject/)
  assert.deepEqual((await refused(post({ key: 'up/k' }))).slice(0, 2), [403, 'AccessDenied'])
})

test('a form without a policy is anonymous: the bucket’s policy decides', async () => {
  const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/open/*` }]
  await s3.deletePublicAccessBlock({ Bucket })
  await s3.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) })
  assert.equal((await post({ key: 'open/k' })).status, 204)
  await s3.deleteBucketPolicy({ Bucket })
  assert.equal((await post({ key: 'open/k' })).status, 403)
})

test('fields that are missing, and bodies that are no form', async () => {
  const { policy: _policy, ...rest } = signed({ key: 'up/k' })
  const field = (name: string) => `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`
  assert.deepEqual(await refused(post(rest)), [400, 'InvalidArgument', field('Policy')])
  const { key: _key, ...keyless } = signed({ key: 'up/k' })
  assert.deepEqual(await refused(post(keyless)), [400, 'InvalidArgument', field('key')])
  assert.deepEqual(await refused(post(signed({ key: 'up/k', 'x-amz-meta-long': 'x'.repeat(21_000) }))),
    [400, 'MaxPostPreDataLengthExceededError', 'Your POST request fields preceding the upload file were too large.'])
  const form = new FormData()
  for (const [name, value] of Object.entries(signed({ key: 'up/k' }))) form.append(name, value)
  const url = `${cloud.endpoint}/${Bucket}`
  assert.deepEqual(await refused(fetch(url, { method: 'POST', body: form })), [400, 'InvalidArgument', 'POST requires exactly one file upload per request.'])
  assert.deepEqual((await refused(fetch(url, { method: 'POST', body: 'text' }))).slice(0, 2), [412, 'PreconditionFailed'])
  const headers = { 'content-type': 'multipart/form-data; boundary=b' }
  const part = '--b\r\nContent-Disposition: form-data'
  for (const body of ['text', '--b\r\n', `${part}\r\n\r\nx\r\n--b--\r\n`, `${part}; name="file"\r\n\r\nx`]) {
    assert.match(String((await refused(fetch(url, { method: 'POST', body, headers })))[1]), /MalformedPOSTRequest|InvalidArgument/, body)
  }
})

test('a form in pieces of one byte, with a file that looks like its boundary', async () => {
  const file = '\r\n--b\r\n--bo\r\n--bound'
  const part = (name: string, value: string) => `--bound1\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const parts = Object.entries(signed({ key: 'up/pieces' })).map(([name, value]) => part(name, value))
  const fileHead = 'content-disposition: form-data; name="file"; filename="x"\r\nContent-Type: a/b'
  const body = `${parts.join('')}--bound1\r\n${fileHead}\r\n\r\n${file}\r\n--bound1--\r\n`
  const type = 'multipart/form-data; boundary="bound1"'
  const head = `POST /${Bucket} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: ${type}\r\n`
  const socket = connect(cloud.cloud.port, '127.0.0.1').setNoDelay(true)
  let answer = ''
  const ended = new Promise(resolve => socket.on('data', piece => { answer += String(piece) }).on('close', resolve))
  socket.write(`${head}Content-Length: ${body.length}\r\n\r\n`)
  for (const byte of body) if (!socket.write(byte)) await new Promise(resolve => socket.once('drain', resolve))
  await ended
  assert.match(answer, /^HTTP\/1.1 204 /)
  assert.equal((await read('up/pieces')).text, file)
})
