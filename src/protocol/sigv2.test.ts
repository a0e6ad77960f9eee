import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSignature2, verifySignature2 } from './sigv2.ts'
import { checkTime, SignatureFaultError } from './sigv4.ts'
import { splitTarget } from './wire.ts'

const secret = 'wJalrXUtnFEMI/K7MDENG'
const key = 'AWSAccessKeyId=AKIDEXAMPLE'
const request = (method: string, target: string, headers: Record<string, string> = {}) =>
  ({ method, ...splitTarget(target), headers: { host: '127.0.0.1:4566', ...headers } })
const fault = (kind: string) => (error: unknown) => error instanceof SignatureFaultError && error.fault.kind === kind

// Made by boto3's generate_presigned_url, for an endpoint of this machine.
const presigned: [method: string, target: string, headers?: Record<string, string>][] = [
  ['PUT', `/b/a%20b%2Bc/%C3%BC?${key}&Signature=sD%2Bto5YJQM2mmi6QBusQmmfWoZY%3D&content-type=text%2Fplain&x-amz-meta-k=v&Expires=1795493854`],
  ['PUT', `/b/a%20b%2Bc/%C3%BC?${key}&Signature=sD%2Bto5YJQM2mmi6QBusQmmfWoZY%3D&content-type=text%2Fplain&x-amz-meta-k=v&Expires=1795493854`,
    { 'content-type': 'text/plain', 'x-amz-meta-k': 'v' }],
  ['GET', `/b/k?versionId=1&response-content-type=text%2Fplain%3B%20charset%3Dutf-8&${key}&Signature=ue3aF0i0JLjrIUAuYlnYp%2FQM3ig%3D&Expires=1795493854`],
  ['PUT', `/b/a%20b%2Bc/%C3%BC?${key}&Signature=UZKigHhMW0GVVkA3RiwTL6ZrrbY%3D&content-type=text%2Fplain&x-amz-meta-k=v` +
    '&x-amz-security-token=TOKEN%2Fx%3D%3D&Expires=1795493854'],
]

test('URLs that boto3 presigns with version 2 are verified', () => {
  for (const [method, target, headers] of presigned) {
    const asked = request(method, target, headers)
    const signature = parseSignature2(asked)!
    assert.deepEqual([signature.accessKeyId, signature.service, signature.expiresAtMs], ['AKIDEXAMPLE', 's3', 1_795_493_854_000])
    verifySignature2(asked, signature, secret)
    assert.throws(() => verifySignature2(asked, signature, 'another'), fault('mismatch'))
    for (const other of [request('DELETE', target), request(method, target.replace('/b/', '/c/')), request(method, target, { 'x-amz-acl': 'public-read' })]) {
      assert.throws(() => verifySignature2(other, signature, secret), fault('mismatch'))
    }
  }
})

test('the bucket of a host is part of what was signed', () => {
  const [method, target] = presigned[2]!
  const virtual = { ...request(method, target.replace('/b/', '/')), headers: { host: 'b.s3.amazonaws.com' } }
  verifySignature2(virtual, parseSignature2(virtual)!, secret)
})

test('such a URL is over when its time is, and must say when', () => {
  const signature = parseSignature2(request(...presigned[0]!))!
  checkTime(signature, 1_795_493_854_000)
  assert.throws(() => checkTime(signature, 1_795_493_854_001), fault('url-expired'))
  assert.throws(() => parseSignature2(request('GET', `/b/k?${key}&Signature=x`)), fault('incomplete'))
})

test('what is no URL of version 2 for S3 is left to others', () => {
  assert.equal(parseSignature2(request('GET', '/?Action=Describe&AWSAccessKeyId=a&Signature=b&SignatureVersion=2&Expires=1')), undefined)
  assert.equal(parseSignature2(request('GET', `/b/k?${key}&Signature=x&Expires=1`, { authorization: 'AWS4-HMAC-SHA256 Credential=x' })), undefined)
  assert.equal(parseSignature2(request('GET', '/b/k?AWSAccessKeyId=')), undefined)
})
