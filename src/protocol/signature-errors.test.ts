import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signatureError, type ErrorFamily, type SignatureFault } from './signature-errors.ts'
import { checkSignedHeaders, checkTime, parseSignature, SignatureFaultError } from './sigv4.ts'

const answer = (fault: SignatureFault, family: ErrorFamily) => {
  const { code, status } = signatureError(fault, family)
  return `${code} ${status}`
}

test('each family has its own code and status for what is wrong with a signature', () => {
  const faults: Record<string, SignatureFault> = {
    missing: { kind: 'missing' }, unknown: { kind: 'unknown', accessKeyId: 'AKIA' }, token: { kind: 'invalid-token' }, expired: { kind: 'expired-token' },
    mismatch: { kind: 'mismatch', signature: 'aa', stringToSign: 'b', canonicalRequest: 'cd' }, unsupported: { kind: 'unsupported', message: 'no' },
  }
  const table = (family: ErrorFamily) => Object.values(faults).map(fault => answer(fault, family))
  assert.deepEqual(table('s3'), [
    'AccessDenied 403', 'InvalidAccessKeyId 403', 'InvalidToken 400', 'ExpiredToken 400', 'SignatureDoesNotMatch 403', 'InvalidRequest 400',
  ])
  assert.deepEqual(table('query'), [
    'MissingAuthenticationToken 403', 'InvalidClientTokenId 403', 'InvalidClientTokenId 403', 'ExpiredToken 403',
    'SignatureDoesNotMatch 403', 'IncompleteSignature 400',
  ])
  assert.deepEqual(table('ec2'), [
    'MissingAuthenticationToken 403', 'AuthFailure 401', 'AuthFailure 401', 'RequestExpired 400', 'SignatureDoesNotMatch 403', 'IncompleteSignature 400',
  ])
  const json = [
    'MissingAuthenticationTokenException', 'UnrecognizedClientException', 'UnrecognizedClientException', 'ExpiredTokenException',
    'InvalidSignatureException', 'IncompleteSignatureException',
  ]
  assert.deepEqual(table('json'), json.map(code => `${code} 400`))
  assert.deepEqual(table('restJson'), json.map(code => `${code} 403`))
})

test('a mismatch says where to look, and S3 what it signed, as text and as bytes', () => {
  const mismatch = signatureError({ kind: 'mismatch', signature: 'aa', stringToSign: 'bé', canonicalRequest: 'cd' }, 's3')
  assert.deepEqual(mismatch.fields, {
    AWSAccessKeyId: undefined, StringToSign: 'bé', SignatureProvided: 'aa', StringToSignBytes: '62 c3 a9', CanonicalRequest: 'cd',
    CanonicalRequestBytes: '63 64',
  })
  const without = signatureError({ kind: 'mismatch', signature: 'aa' }, 's3').fields
  assert.deepEqual([without.StringToSignBytes, without.CanonicalRequestBytes], [undefined, undefined])
  assert.equal(signatureError({ kind: 'mismatch', signature: 'aa' }, 'json').message,
    'The request signature we calculated does not match the signature you provided. '
    + 'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.')
})

const at = Date.UTC(2026, 10, 24, 12)
const scope = 'AKIA/20261124/us-east-1/s3/aws4_request'
const request = (headers: Record<string, string>, signed: string, query = '') => ({
  method: 'GET', path: '/', query, headers: { 'x-amz-date': '20261124T120000Z', ...headers,
    ...query === '' && { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signed}, Signature=${'0'.repeat(64)}` } },
})
const faultOf = (work: () => void): SignatureFault | undefined => {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof SignatureFaultError) return error.fault
    throw error
  }
}

test('S3 refuses x-amz headers that were not signed, and no others; of a presigned URL not the hash of the body', () => {
  const check = (headers: Record<string, string>, signed: string, query?: string) => {
    const given = request(headers, signed, query)
    return faultOf(() => checkSignedHeaders(given, parseSignature(given)!))
  }
  assert.equal(check({ host: 'h', 'content-type': 'x' }, 'host;x-amz-date'), undefined)
  assert.equal(check({ host: 'h', 'x-amz-acl': 'private' }, 'host;x-amz-acl;x-amz-date'), undefined)
  assert.deepEqual(check({ 'x-amz-acl': 'a', 'x-amz-tagging': 'b' }, 'host;x-amz-date'), { kind: 'unsigned-headers', names: 'x-amz-acl, x-amz-tagging' })
  assert.deepEqual(check({ 'x-amz-content-sha256': 'a' }, 'host;x-amz-date'), { kind: 'unsigned-headers', names: 'x-amz-content-sha256' })
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope)}&X-Amz-Date=20261124T120000Z&X-Amz-Expires=60`
    + `&X-Amz-SignedHeaders=host%3Bx-amz-date&X-Amz-Signature=${'0'.repeat(64)}`
  assert.equal(check({ 'x-amz-content-sha256': 'a' }, '', query), undefined)
  assert.deepEqual(check({ 'x-amz-acl': 'a' }, '', query), { kind: 'unsigned-headers', names: 'x-amz-acl' })
})

test('a signature is good for a quarter of an hour before and after, to the second', () => {
  const signature = parseSignature(request({}, 'host;x-amz-date'))!
  const minutes = (n: number) => at + n * 60_000
  assert.equal(faultOf(() => checkTime(signature, minutes(15))), undefined)
  assert.equal(faultOf(() => checkTime(signature, minutes(-15))), undefined)
  assert.equal(faultOf(() => checkTime(signature, minutes(15) + 1000))?.kind, 'skewed')
  assert.equal(faultOf(() => checkTime(signature, minutes(-15) - 1000))?.kind, 'skewed')
})

test('a part of a presigned URL without the rest is incomplete, not unsigned', () => {
  for (const query of ['X-Amz-Algorithm=AWS4-HMAC-SHA256', 'X-Amz-Signature=00', `X-Amz-Credential=${encodeURIComponent(scope)}`]) {
    assert.equal(faultOf(() => void parseSignature(request({}, '', query)))?.kind, 'incomplete', query)
  }
})
