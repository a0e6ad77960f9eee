import assert from 'node:assert/strict'
import { request, type IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { zipSync } from 'fflate'
import { startCloud } from '../../src/testing/index.ts'

const code = `
export const whole = async event => ({ statusCode: 201, cookies: ['a=1'], body: event.requestContext.http.method + ' ' + event.rawPath })
export const streamed = awslambda.streamifyResponse(async (event, out) => {
  const { pieces = '0', way } = event.queryStringParameters ?? event
  if (way === 'first') throw new TypeError('before')
  out = awslambda.HttpResponseStream.from(out, { statusCode: 202, headers: { 'content-type': 'text/plain' }, cookies: ['b=2'] })
  out.write('begun ')
  await new Promise(ok => setTimeout(ok, 300))
  if (way === 'die') process.exit(3)
  if (way === 'late') throw new TypeError('after')
  const piece = Buffer.alloc(1024 * 1024, 'x')
  for (let n = 0; n < Number(pieces); n++) if (!out.write(piece)) await new Promise(ok => out.once('drain', ok))
  out.end('ended')
})
`

const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }

async function world() {
  const cloud = await startCloud()
  const lambda = new Lambda(cloud.client)
  const iam = new IAM(cloud.client)
  const { Role } = await iam.createRole({ RoleName: 'role', AssumeRolePolicyDocument: JSON.stringify(trust) })
  iam.destroy()
  const url = async (FunctionName: string, InvokeMode: 'BUFFERED' | 'RESPONSE_STREAM') => {
    await lambda.createFunction({
      FunctionName, Runtime: 'nodejs22.x', Handler: `index.${FunctionName}`, Role: Role!.Arn, Timeout: 60, MemorySize: 512,
      Code: { ZipFile: zipSync({ 'index.mjs': Buffer.from(code) }) },
    })
    await lambda.addPermission({ FunctionName, StatementId: 'u', Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: 'NONE' })
    await lambda.addPermission({ FunctionName, StatementId: 'i', Action: 'lambda:InvokeFunction', Principal: '*', InvokedViaFunctionUrl: true })
    const { FunctionUrl } = await lambda.createFunctionUrlConfig({ FunctionName, AuthType: 'NONE', InvokeMode })
    const { host, port } = new URL(FunctionUrl!)
    return (path: string) => new Promise<IncomingMessage>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, headers: { host }, timeout: 60_000 }, resolve).on('error', reject).end()
    })
  }
  const stop = async () => {
    lambda.destroy()
    await cloud.stop()
  }
  return { lambda, url, stop }
}

async function read(response: IncomingMessage): Promise<{ bytes: number, begins: string, ends: string, brokeOff: boolean }> {
  const told = { bytes: 0, begins: '', ends: '', brokeOff: false }
  try {
    for await (const piece of response) {
      told.bytes += piece.length
      if (told.begins.length < 6) told.begins += String(piece).slice(0, 6)
      told.ends = (told.ends + String(piece).slice(-5)).slice(-5)
    }
  } catch {
    told.brokeOff = true
  }
  return told
}

test('function URLs of real functions: whole and streamed answers, errors before and after the first byte, an exit amid, and 200 MB and no more', async () => {
  const { lambda, url, stop } = await world()
  try {
    const whole = await (await url('whole', 'BUFFERED'))('/a/b')
    assert.deepEqual([whole.statusCode, whole.headers['set-cookie'], String((await whole.toArray())[0])], [201, ['a=1'], 'GET /a/b'])
    const call = await url('streamed', 'RESPONSE_STREAM')
    const streamed = await call('/')
    assert.deepEqual([streamed.statusCode, streamed.headers['content-type'], streamed.headers['set-cookie']], [202, 'text/plain', ['b=2']])
    const pieces = streamed[Symbol.asyncIterator]()
    // The first bytes are here while the function still waits to write the last ones.
    assert.equal(String((await pieces.next()).value), 'begun ')
    assert.equal(String((await pieces.next()).value), 'ended')
    assert.equal((await call('/?way=first')).statusCode, 502)
    for (const way of ['late', 'die']) assert.deepEqual(await read(await call(`/?way=${way}`)), { bytes: 6, begins: 'begun ', ends: 'egun ', brokeOff: true })
    const most = await read(await call('/?pieces=199'))
    assert.deepEqual(most, { bytes: 199 * 1024 * 1024 + 11, begins: 'begun ', ends: 'ended', brokeOff: false })
    const over = await read(await call('/?pieces=201'))
    assert.equal(over.brokeOff, true)
    assert.ok(over.bytes <= 200 * 1024 * 1024)
    const { EventStream } = await lambda.invokeWithResponseStream({ FunctionName: 'streamed', Payload: '{"way":"late"}', LogType: 'Tail' })
    const events = []
    for await (const event of EventStream!) events.push(event)
    const { ErrorCode, ErrorDetails, LogResult } = events.at(-1)!.InvokeComplete!
    assert.deepEqual([ErrorCode, JSON.parse(ErrorDetails!).errorType], ['Unhandled', 'TypeError'])
    assert.match(Buffer.from(LogResult!, 'base64').toString(), /REPORT RequestId/)
    assert.match(Buffer.concat(events.flatMap(({ PayloadChunk }) => PayloadChunk ? [PayloadChunk.Payload!] : [])).toString(), /\0{8}begun $/)
  } finally {
    await stop()
  }
})
