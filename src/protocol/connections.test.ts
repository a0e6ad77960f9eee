import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import type { Call } from '../contracts/call.ts'
import type { CredentialsRequest } from '../contracts/identity.ts'
import { AwsError } from '../platform/errors.ts'
import { startGateway, type Gateway, type GatewayOptions } from './gateway.ts'

// What a connection may do, spoken in bytes: the SDKs' clients do not let themselves be made slow, rude or half dead.
const principal = { type: 'root' as const, account: '000000000000', arn: 'arn:aws:iam::000000000000:root', userId: '000000000000' }
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const writeError = ({ code, status }: AwsError) => ({ status, body: code })

interface Gate { gateway: Gateway, open(): Caller, calls: Call[], asked: CredentialsRequest[] }

/** `/stream` takes its body as a stream, everything else whole, up to 1000 bytes; `perform` gets the body as text. */
async function withGateway(options: Partial<GatewayOptions>, work: (gate: Gate) => Promise<void>): Promise<void> {
  const [calls, asked, callers]: [Call[], CredentialsRequest[], Caller[]] = [[], [], []]
  const gateway = await startGateway({
    host: '127.0.0.1', port: 0, log: quiet, now: Date.now, newId: () => 'id-1', writeError,
    identity: { credentials: request => (asked.push(request), request.accessKeyId === 'NOBODY' ? { error: 'unknown' } : { principal }) },
    perform: async call => (calls.push(call), await Array.fromAsync(call.input instanceof Readable ? call.input : [call.input])).join(''),
    route: ({ path }) => ({
      service: 'sts', operation: path.slice(1), region: 'eu-west-1', family: 'query', ...path !== '/stream' && { bodyMaxBytes: 1000 }, writeError,
      read: (_request, body) => body, write: (output: string | Readable) => ({ status: 200, body: output }),
    }),
    ...options,
  })
  try {
    await work({ gateway, calls, asked, open: () => (callers.push(new Caller(gateway.port)), callers.at(-1)!) })
  } finally {
    for (const { socket } of callers) socket.destroy()
    await gateway.close(100)
  }
}

class Caller {
  readonly socket: Socket
  #text = ''
  closed: Promise<unknown>
  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1').setEncoding('latin1').on('error', () => {})
    this.closed = new Promise(resolve => this.socket.once('close', resolve))
    this.socket.on('data', (text: string) => { this.#text += text })
  }

  /** Sends a request that is signed by somebody, its body only where one is given. */
  send(request: string, headers: Record<string, string | number> = {}, body = ''): this {
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
    const key = headers.key ?? 'test'
    const all: Record<string, string | number> = {
      host: '127.0.0.1', 'x-amz-date': time,
      authorization: `AWS4-HMAC-SHA256 Credential=${key}/${time.slice(0, 8)}/eu-west-1/sts/aws4_request, SignedHeaders=host;x-amz-date, ` +
        `Signature=${'0'.repeat(64)}`,
      ...body && { 'content-length': body.length }, ...headers,
    }
    this.socket.write(`${request} HTTP/1.1\r\n${Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`)
    return this
  }

  /** The text received so far, once it holds what is waited for. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#text)) {
      await Promise.race([once(this.socket, 'data'), this.closed.then(() => assert.fail(`closed after ${JSON.stringify(this.#text)}`))])
    }
    const text = this.#text
    this.#text = ''
    return text
  }
}

test('a caller that waits for 100 Continue sends its body when it is wanted, and not to a refusal', () => withGateway({}, async ({ open }) => {
  const good = open().send('PUT /stream', { expect: '100-continue', 'content-length': 5 })
  assert.equal(await good.until(/\r\n\r\n/), 'HTTP/1.1 100 Continue\r\n\r\n')
  good.socket.write('hello')
  assert.match(await good.until(/hello$/), /^HTTP\/1.1 200/)
  const whole = open().send('POST /whole', { expect: '100-continue', 'content-length': 5 })
  await whole.until(/100 Continue/)
  const bad = open().send('PUT /stream', { key: 'NOBODY', expect: '100-continue', 'content-length': 5_000_000_000 })
  const answer = await bad.until(/InvalidClientTokenId$/)
  assert.match(answer, /^HTTP\/1.1 403[^]*connection: close/i)
  await bad.closed
}))

test('a body beyond the bound is 413, and the caller who sends it all the same reads the answer and goes on', () => withGateway({}, async ({ open }) => {
  const caller = open().send('POST /whole', {}, 'x'.repeat(1001))
  assert.match(await caller.until(/Exception$/), /^HTTP\/1.1 413[^]*RequestEntityTooLargeException/)
  caller.send('POST /whole', {}, 'hello')
  assert.match(await caller.until(/hello$/), /^HTTP\/1.1 200/)
  await open().send('POST /whole', { 'content-length': 1001 }).until(/Exception$/)
  const chunked = open().send('POST /whole', { 'transfer-encoding': 'chunked' })
  chunked.socket.write(`3e9\r\n${'x'.repeat(1001)}\r\n`)
  assert.match(await chunked.until(/Exception$/), /^HTTP\/1.1 413/)
}))

test('requests on one connection, sent one after another or all at once, are answered in order', () => withGateway({}, async ({ open }) => {
  const caller = open()
  for (const word of ['one', 'two', 'three']) {
    caller.send('POST /whole', {}, word)
    await caller.until(new RegExp(`${word}$`))
  }
  for (const word of ['four', 'five', 'six']) caller.send('POST /whole', {}, word)
  const bodies = (await caller.until(/six$/)).split(/HTTP\/1.1 200 OK\r\n/).slice(1).map(answer => answer.split('\r\n\r\n')[1])
  assert.deepEqual(bodies, ['four', 'five', 'six'])
}))

test('HEAD is answered with the length and no body, and a caller that has closed its half is answered', () => withGateway({}, async ({ open }) => {
  const head = open().send('HEAD /whole')
  head.send('POST /whole', {}, 'hello')
  assert.match(await head.until(/hello$/), /^HTTP\/1.1 200 OK\r\n[^]*?content-length: 0\r\n[^]*?\r\n\r\nHTTP\/1.1 200 OK[^]*hello$/i)
  const half = open().send('POST /whole', {}, 'hello')
  half.socket.end()
  await half.until(/hello$/)
  await half.closed
}))

test('headers beyond 32 KB are refused with 431, nonsense with 400', () => withGateway({}, async ({ open }) => {
  assert.match(await open().send('GET /whole', { 'x-long': 'x'.repeat(40_000) }).until(/\r\n\r\n/), /^HTTP\/1.1 431/)
  const rude = open()
  rude.socket.write('what is this\r\n\r\n')
  assert.match(await rude.until(/\r\n\r\n/), /^HTTP\/1.1 400/)
}))

test('a body of which nothing more arrives, and an answer that nobody reads, end their connections', () => {
  const bodies: { resolve: () => void }[] = []
  const endless = () => Readable.from((function* () { for (;;) yield Buffer.alloc(65_536) })()).on('close', () => bodies[0]!.resolve())
  return withGateway({ stalledMs: 80, perform: async ({ operation }) => operation === 'whole' ? '' : endless() }, async ({ open, calls }) => {
    const slow = open().send('POST /whole', { 'content-length': 10 })
    slow.socket.write('half')
    await slow.closed
    assert.equal(calls.length, 0)
    const left = Promise.withResolvers<void>()
    const deaf = open().send('GET /endless')
    deaf.socket.pause()
    bodies.push(left)
    await left.promise
  })
})

test('a closing gateway waits neither for connections that say nothing nor for HTTP/2 sessions at rest', () => withGateway({}, async ({ gateway, open }) => {
  const silent = open()
  await once(silent.socket, 'connect')
  const session = connectHttp2(`http://127.0.0.1:${gateway.port}`)
  const stream = session.request({ ':path': '/_fogbank/health' })
  const [headers] = await once(stream, 'response') as [Record<string, unknown>]
  assert.equal(headers[':status'], 200)
  stream.resume()
  await once(stream, 'close')
  const sessionClosed = once(session, 'close')
  let isClosed = false
  await Promise.race([gateway.close(10_000).then(() => { isClosed = true }), new Promise(resolve => setTimeout(resolve, 5000).unref())])
  assert.ok(isClosed)
  await Promise.all([silent.closed, sessionClosed])
}))

test('a gateway that closes ends an HTTP/2 stream that does not end by itself, when its time is over', () => {
  const never = new Readable({ read() {} })
  const begun = Promise.withResolvers<void>()
  return withGateway({ perform: async () => (begun.resolve(), never) }, async ({ gateway }) => {
    const session = connectHttp2(`http://127.0.0.1:${gateway.port}`)
    session.on('error', () => {})
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
    const credential = `Credential=AKIA/${time.slice(0, 8)}/eu-west-1/sts/aws4_request, SignedHeaders=host, Signature=0`
    const stream = session.request({
      ':method': 'POST', ':path': '/never', authorization: `AWS4-HMAC-SHA256 ${credential}`, 'x-amz-date': time,
    })
    stream.on('error', () => {})
    stream.end()
    const sessionClosed = once(session, 'close')
    await begun.promise
    await gateway.close(100)
    await sessionClosed
  })
})

test('only a page of this machine has the trust that a program on this machine has', () => withGateway({}, async ({ open, asked }) => {
  const own = [undefined, 'http://localhost:5173', 'http://127.0.0.1:4566', 'http://console.localhost']
  for (const origin of [...own, 'https://somewhere.example', 'http://localhost.somewhere.example', 'null']) {
    await open().send('POST /whole', origin === undefined ? {} : { origin }, 'hello').until(/hello$/)
  }
  assert.deepEqual(asked.map(({ loopback }) => loopback), [true, true, true, true, false, false, false])
}))

test('browsers are told that they may call, and may read every header', () => withGateway({}, async ({ open }) => {
  const asks = { origin: 'https://console.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,x-amz-target' }
  const allowed = await open().send('OPTIONS /', asks).until(/\r\n\r\n/)
  assert.match(allowed, /^HTTP\/1.1 200[^]*access-control-allow-headers: authorization,x-amz-target[^]*access-control-allow-origin: \*/)
  assert.match(await open().send('POST /whole', { origin: 'https://console.example' }, 'hello').until(/hello$/), /access-control-expose-headers: \*/)
}))

test('the signal of a call tells that the caller has hung up', () => {
  const { promise: aborted, resolve } = Promise.withResolvers<void>()
  let caller: Caller
  return withGateway({
    async perform(call) {
      const early = call.signal!()
      assert.equal(call.signal!(), early)
      caller.socket.destroy()
      await once(early, 'abort')
      assert.ok(call.signal!().aborted)
      resolve()
    },
  }, async gate => {
    caller = gate.open().send('POST /whole', {}, 'hello')
    await aborted
  })
})
