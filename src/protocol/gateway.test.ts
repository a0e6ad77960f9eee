import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { startGateway } from './gateway.ts'
import { signatureOf, signingKey } from './signing-key.ts'

const principal = { type: 'root' as const, account: '000000000000', arn: 'arn:aws:iam::000000000000:root', userId: '000000000000' }
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const json = (status: number, body: unknown) => ({ status, body: JSON.stringify(body) })

async function withGateway(work: (call: (body: string, change?: { signature?: string, key?: string }) => Promise<Response>, port: number) => Promise<void>) {
  const writeError = (error: { code: string, status: number, message: string }) => json(error.status, { code: error.code, message: error.message })
  const gateway = await startGateway({
    host: '127.0.0.1', port: 0, log: quiet, now: Date.now, newId: () => 'id-1', writeError,
    identity: { credentials: ({ accessKeyId }) => (accessKeyId === 'AKIA' ? { secretAccessKey: 'secret', principal } : { error: 'unknown' }) },
    perform: async (call) => {
      if (call.input === 'boom') throw new TypeError('boom')
      return `${call.operation} ${call.input} ${call.account}`
    },
    route: () => ({
      service: 'sts', operation: 'Echo', region: 'eu-west-1', family: 'query', bodyMaxBytes: 1000, writeError,
      read: (_request, body) => String(body), write: (output) => json(200, output),
    }),
  })
  const call = (body: string, change: { signature?: string, key?: string } = {}) => {
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
    const date = time.slice(0, 8)
    const hash = (text: string) => createHash('sha256').update(text).digest('hex')
    const canonical = `POST\n/\n\nhost:127.0.0.1:${gateway.port}\nx-amz-date:${time}\n\nhost;x-amz-date\n${hash(body)}`
    const scope = `${date}/eu-west-1/sts/aws4_request`
    const signature = signatureOf(signingKey('secret', date, 'eu-west-1', 'sts'), `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash(canonical)}`)
    const authorization =
      `AWS4-HMAC-SHA256 Credential=${change.key ?? 'AKIA'}/${scope}, SignedHeaders=host;x-amz-date, Signature=${change.signature ?? signature}`
    return fetch(`http://127.0.0.1:${gateway.port}/`, { method: 'POST', body, headers: { 'x-amz-date': time, authorization } })
  }
  try {
    await work(call, gateway.port)
  } finally {
    await gateway.close(100)
  }
}

test('a signed call is performed as its principal; a wrong signature, an unknown key and a large body are refused', () => withGateway(async (call) => {
  const good = await call('hello')
  assert.deepEqual([good.status, await good.json()], [200, 'Echo hello 000000000000'])
  const bad = await call('hello', { signature: '0'.repeat(64) })
  assert.deepEqual([bad.status, (await bad.json() as any).code], [403, 'SignatureDoesNotMatch'])
  const unknown = await call('hello', { key: 'NOBODY' })
  assert.deepEqual([unknown.status, (await unknown.json() as any).code], [403, 'InvalidClientTokenId'])
  const large = await call('x'.repeat(1001))
  assert.equal(large.status, 413)
}))

test('an unsigned call is refused, an unexpected error is InternalFailure, and health answers anybody', () => withGateway(async (call, port) => {
  const unsigned = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'hello' })
  assert.equal((await unsigned.json() as any).code, 'MissingAuthenticationToken')
  const failed = await call('boom')
  assert.deepEqual([failed.status, (await failed.json() as any).code], [500, 'InternalFailure'])
  assert.equal((await fetch(`http://127.0.0.1:${port}/_fogbank/health`)).status, 200)
}))
