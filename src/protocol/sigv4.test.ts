import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import { SignatureV4 } from '@smithy/signature-v4'
import { canonicalPath } from './canonical-request.ts'
import { checkTime, parseSignature, SignatureFaultError, verifySignature } from './sigv4.ts'
import type { WireRequest } from './wire.ts'

class Sha256 {
  readonly #hash
  constructor(secret?: any) { this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret) }
  update(data: any) { this.#hash.update(data) }
  async digest() { return new Uint8Array(this.#hash.digest()) }
  reset() {}
}

const now = Date.UTC(2026, 10, 24, 12)

async function signed(options: { service: string, path: string, query?: Record<string, string>, body?: string, presign?: boolean }): Promise<WireRequest> {
  const s3 = options.service === 's3'
  const signer = new SignatureV4({
    service: options.service, region: 'eu-west-1', sha256: Sha256, uriEscapePath: !s3, applyChecksum: true,
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
  })
  const request = {
    method: 'POST', protocol: 'http:', hostname: 'localhost', path: options.path, query: options.query ?? {},
    headers: { host: 'localhost:4566', 'x-thing': '  a   b ' } as Record<string, string>, body: options.body ?? '',
  }
  const out: any = options.presign
    ? await signer.presign(request, { signingDate: new Date(now), expiresIn: 60 })
    : await signer.sign(request, { signingDate: new Date(now) })
  const query = Object.entries(out.query as Record<string, string>).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
  return { method: 'POST', path: options.path, query, headers: out.headers }
}

const hashOf = (body: string) => createHash('sha256').update(body).digest('hex')
const fault = (kind: string) => (error: unknown) => error instanceof SignatureFaultError && error.fault.kind === kind

for (const service of ['s3', 'lambda', 'execute-api']) {
  for (const path of ['/', '/a/b', '/a%20b/c%2Fd', '/2015-03-31/functions/arn%3Aaws%3Alambda/x']) {
    test(`a request that the SDK signs for ${service} at ${path} is verified, and one whose body changed is not`, async () => {
      const request = await signed({ service, path, query: { b: 'x y', a: '1+2', 'k/é': '' }, body: 'hello' })
      const signature = parseSignature(request)!
      assert.equal(signature.service, service)
      verifySignature(request, signature, { secretAccessKey: 'secret', payloadHash: hashOf('hello'), s3: service === 's3' })
      const again = { secretAccessKey: 'secret', payloadHash: hashOf('hullo'), s3: service === 's3' }
      assert.throws(() => verifySignature(request, signature, again), fault('mismatch'))
    })
  }
}

test('a presigned URL is verified until its seconds are over', async () => {
  const request = await signed({ service: 's3', path: '/bucket/key', presign: true })
  const signature = parseSignature(request)!
  verifySignature(request, signature, { secretAccessKey: 'secret', payloadHash: hashOf(''), s3: true })
  checkTime(signature, now + 59_000)
  assert.throws(() => checkTime(signature, now + 61_000), fault('url-expired'))
})

test('a signature older or newer than a quarter of an hour is refused', async () => {
  const signature = parseSignature(await signed({ service: 'sqs', path: '/' }))!
  checkTime(signature, now + 899_000)
  assert.throws(() => checkTime(signature, now + 901_000), /skewed/)
  assert.throws(() => checkTime(signature, now - 901_000), /skewed/)
})

test('versions 2 and 4A are refused as unsupported, and a bearer token counts as no signature', () => {
  const request = (authorization: string) => ({ method: 'GET', path: '/', query: '', headers: { authorization } })
  assert.throws(() => parseSignature(request('AWS AKIA:abc=')), fault('unsupported'))
  assert.throws(() => parseSignature(request('AWS4-ECDSA-P256-SHA256 Credential=a')), fault('unsupported'))
  assert.throws(() => parseSignature({ method: 'GET', path: '/', query: 'AWSAccessKeyId=a&Signature=b', headers: {} }), fault('unsupported'))
  assert.equal(parseSignature(request('Bearer abc')), undefined)
})

test('the path of S3 is signed as it is; others are normalised and encoded once more', () => {
  assert.equal(canonicalPath('/a//b/../c%20d', true), '/a//b/../c%20d')
  assert.equal(canonicalPath('/a//b/../c%20d', false), '/a/c%2520d')
})

test('no malformed header or query does anything but a fault', () => {
  const whole = 'AWS4-HMAC-SHA256 Credential=AK/20261124/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=00'
  let seed = 7
  const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below
  for (let round = 0; round < 5000; round++) {
    let text = whole
    for (let edit = random(4); edit >= 0; edit--) {
      const at = random(text.length + 1)
      text = text.slice(0, at) + String.fromCharCode(32 + random(95)).repeat(random(3)) + text.slice(at + random(9))
    }
    for (const request of [
      { method: 'GET', path: '/', query: '', headers: { authorization: text, 'x-amz-date': '20261124T120000Z' } },
      {
        method: 'GET', path: '/', query: `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${text}&X-Amz-Date=20261124T120000Z&X-Amz-Signature=0`,
        headers: {},
      },
    ]) {
      try {
        const signature = parseSignature(request)
        if (signature) verifySignature(request, signature, { secretAccessKey: 's', payloadHash: '', s3: true })
        assert.equal(signature, undefined)
      } catch (error) {
        assert.ok(error instanceof SignatureFaultError, String(error))
      }
    }
  }
})
