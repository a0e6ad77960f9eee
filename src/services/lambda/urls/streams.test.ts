import assert from 'node:assert/strict'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import type { ScriptedCall } from '../../../sandbox/scripted.ts'
import { ScriptedEnding } from '../../../sandbox/scripted.ts'
import { urlWorld, type UrlWorld } from '../testing/url-world.ts'

const closing: UrlWorld[] = []
after(async () => { for (const each of closing) await each.stop() })
const world = async (...given: Parameters<typeof urlWorld>) => {
  const made = await urlWorld(...given)
  closing.push(made)
  return made
}

type Play = (body: PassThrough, call: ScriptedCall) => unknown

/** A function that streams: what it does after the play's end is none of the caller's business. */
const streams = (play: Play, type: string | null = 'text/x') => async (_: unknown, call: ScriptedCall) => {
  const body = new PassThrough()
  body.on('error', () => {})
  call.invocation.onStream!(body, type ?? undefined)
  await play(body, call)
}

const prelude = (value: object) => `${JSON.stringify(value)}${'\0'.repeat(8)}`
const integration = 'application/vnd.awslambda.http-integration-response'

/** The answer's head; its body is there to be read. */
const head = (port: number, host: string) => new Promise<IncomingMessage>((resolve, reject) => {
  httpRequest({ port, host: '127.0.0.1', headers: { host }, timeout: 10_000 }, resolve).on('error', reject).end()
})

const text = async (parts: AsyncIterable<any>) => {
  const pieces: Buffer[] = []
  let complete: any
  for await (const { PayloadChunk, InvokeComplete } of parts) {
    if (PayloadChunk) pieces.push(PayloadChunk.Payload)
    if (InvokeComplete) complete = InvokeComplete
  }
  return { body: Buffer.concat(pieces).toString(), complete }
}

test('InvokeWithResponseStream: chunks come while the function still runs, and the completion has its log', async () => {
  const go = Promise.withResolvers<void>()
  const { lambda } = await world(streams(async (body, { print }) => {
    body.write('one')
    await go.promise
    print('a line')
    body.end('two')
  }))
  const answer = await lambda.invokeWithResponseStream({ FunctionName: 'f', Payload: '{}', LogType: 'Tail' })
  assert.deepEqual([answer.StatusCode, answer.ExecutedVersion], [200, '$LATEST'])
  const parts = answer.EventStream![Symbol.asyncIterator]()
  assert.equal(Buffer.from((await parts.next()).value!.PayloadChunk!.Payload!).toString(), 'one')
  go.resolve()
  const { body, complete } = await text({ [Symbol.asyncIterator]: () => parts })
  assert.deepEqual([body, complete.ErrorCode], ['two', undefined])
  assert.match(Buffer.from(complete.LogResult, 'base64').toString(), /START RequestId[^]*a line[^]*END RequestId[^]*REPORT RequestId/)
})

test('InvokeWithResponseStream: a function that answers as a whole, one that fails before and one that fails amid its stream', async () => {
  let play: (event: any, call: ScriptedCall) => unknown = () => ({ answer: 'x'.repeat(300_000) })
  const { lambda } = await world((event, call) => play(event, call))
  const invoke = async () => text((await lambda.invokeWithResponseStream({ FunctionName: 'f' })).EventStream!)
  assert.deepEqual(await invoke(), { body: JSON.stringify({ answer: 'x'.repeat(300_000) }), complete: {} })
  play = () => { throw new TypeError('before') }
  const before = await invoke()
  assert.deepEqual([before.body, before.complete.ErrorCode, JSON.parse(before.complete.ErrorDetails).errorMessage], ['', 'Unhandled', 'before'])
  play = streams((body, { invocation }) => {
    body.write('some')
    invocation.onStreamEnd!(true, 0)
    body.end()
    throw new TypeError('amid')
  })
  const amid = await invoke()
  assert.deepEqual([amid.body, amid.complete.ErrorCode, JSON.parse(amid.complete.ErrorDetails).errorMessage], ['some', 'Unhandled', 'amid'])
  play = streams(async body => {
    body.write('some')
    await new Promise(setImmediate)
    body.destroy(new Error('gone'))
    throw new ScriptedEnding({ kind: 'exit', code: 3 })
  })
  const gone = await invoke()
  assert.equal(JSON.parse(gone.complete.ErrorDetails).errorType, 'Runtime.ExitError')
})

test('InvokeWithResponseStream: dry run, bad JSON, too large, throttled and a missing function are answered as those of Invoke', async () => {
  const { lambda, events } = await world()
  const invoke = (more: object) => lambda.invokeWithResponseStream({ FunctionName: 'f', ...more })
  assert.equal((await invoke({ InvocationType: 'DryRun' })).StatusCode, 204)
  await assert.rejects(invoke({ Payload: '{' }), { name: 'InvalidRequestContentException' })
  await assert.rejects(invoke({ Payload: `"${'x'.repeat(6 * 1024 * 1024)}"` }), { name: 'RequestEntityTooLargeException' })
  await assert.rejects(invoke({ FunctionName: 'g' }), { name: 'ResourceNotFoundException' })
  await lambda.putFunctionConcurrency({ FunctionName: 'f', ReservedConcurrentExecutions: 0 })
  await assert.rejects(invoke({}), { name: 'TooManyRequestsException' })
  assert.equal(events.length, 0)
})

test('lambda:InvokedViaFunctionUrl: who may call by the URL alone may not invoke', async () => {
  const { open, cloud, call, user } = await world(() => 'in')
  const host = await open()
  const { Lambda } = await import('@aws-sdk/client-lambda')
  const stranger = new Lambda({ ...cloud.client, credentials: await user('stranger', []) })
  assert.equal((await call(host)).status, 200)
  await assert.rejects(stranger.invoke({ FunctionName: 'f' }), { name: 'AccessDeniedException' })
  await assert.rejects(stranger.invokeWithResponseStream({ FunctionName: 'f' }), { name: 'AccessDeniedException' })
  stranger.destroy()
})

test('a streaming URL has the prelude\'s status, headers and cookies, and its first bytes before the function ends', async () => {
  const go = Promise.withResolvers<void>()
  const meta = prelude({ statusCode: 206, headers: { 'Content-Type': 'text/html', 'X-A': 'b', 'content-length': '3' }, cookies: ['a=1', 'b=2'] })
  const { open, port } = await world(streams(async body => {
    // Cut within the separator.
    body.write(meta.slice(0, -3))
    await new Promise(setImmediate)
    body.write(`${meta.slice(-3)}first `)
    await go.promise
    body.end('last')
  }, integration))
  const response = await head(port, await open({ InvokeMode: 'RESPONSE_STREAM' }))
  const { headers, statusCode } = response
  assert.deepEqual(
    [statusCode, headers['content-type'], headers['x-a'], headers['set-cookie'], headers['content-length']], [206, 'text/html', 'b', ['a=1', 'b=2'], undefined]
  )
  const pieces = response[Symbol.asyncIterator]()
  assert.equal(String((await pieces.next()).value), 'first ')
  go.resolve()
  assert.equal(String((await pieces.next()).value), 'last')
  assert.equal((await pieces.next()).done, true)
})

test('a streaming URL without a prelude is 200 with the stream\'s type; of a function that answers as a whole, the answer as it is', async () => {
  let play: (event: any, call: ScriptedCall) => unknown = streams(body => void body.end('plain'), null)
  const { open, call } = await world((event, each) => play(event, each))
  const host = await open({ InvokeMode: 'RESPONSE_STREAM', Cors: { AllowOrigins: ['*'] } })
  const plain = await call(host, { headers: { origin: 'https://a.example' } })
  assert.deepEqual([plain.status, plain.headers['content-type'], plain.body], [200, 'application/octet-stream', 'plain'])
  assert.equal(plain.headers['access-control-allow-origin'], 'https://a.example')
  play = () => ({ statusCode: 404, body: 'x' })
  const whole = await call(host)
  assert.deepEqual([whole.status, whole.headers['content-type'], whole.body], [200, 'application/json', '{"statusCode":404,"body":"x"}'])
})

test('a streaming URL is 502 where the function fails first or its prelude is none, and breaks off where it fails later', async () => {
  let play: (event: any, call: ScriptedCall) => unknown = () => { throw new Error('no') }
  const { open, call } = await world((event, each) => play(event, each))
  const host = await open({ InvokeMode: 'RESPONSE_STREAM' })
  const bad = async () => assert.deepEqual([(await call(host)).status, (await call(host)).body], [502, 'Internal Server Error'])
  await bad()
  for (const broken of ['no json', '{"statusCode":200}', prelude({ statusCode: 'x' }), `[${'\0'.repeat(8)}`]) {
    play = streams(body => void body.end(broken), integration)
    await bad()
  }
  play = streams((body, { invocation }) => {
    body.write('some')
    invocation.onStreamEnd!(true, 0)
    body.end()
    throw new Error('late')
  })
  await assert.rejects(call(host), { code: 'ECONNRESET' })
})

test('a slow reader holds the function up; one that hangs up lets it go on, and its environment is free again', async () => {
  const waited = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<number>()
  const { open, port, call, lambda } = await world(streams(async body => {
    const closed = new Promise<void>(resolve => body.once('close', resolve))
    let written = 0
    while (!body.destroyed) {
      written += 65_536
      if (body.write(Buffer.alloc(65_536))) continue
      waited.resolve()
      await Promise.race([new Promise(resolve => body.once('drain', resolve)), closed])
    }
    ended.resolve(written)
  }))
  await lambda.putFunctionConcurrency({ FunctionName: 'f', ReservedConcurrentExecutions: 1 })
  await lambda.updateFunctionConfiguration({ FunctionName: 'f', Timeout: 60 })
  const host = await open({ InvokeMode: 'RESPONSE_STREAM' })
  const response = await head(port, host)
  await waited.promise
  assert.equal((await call(host)).status, 429)
  response.destroy()
  // What was under way in the sockets' buffers, and no more.
  assert.ok(await ended.promise < 64 * 1024 * 1024)
  await lambda.updateFunctionUrlConfig({ FunctionName: 'f', InvokeMode: 'BUFFERED' })
})
