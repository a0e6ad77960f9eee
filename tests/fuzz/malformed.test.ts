import assert from 'node:assert/strict'
import { Agent, request as httpRequest } from 'node:http'
import { after, before, test } from 'node:test'
import { loadModel, type Member, type OperationModel, type ServiceModel } from '../../src/protocol/model.ts'
import { services } from '../../src/services.ts'
import { startCloud, type TestCloud } from '../../src/testing/index.ts'

// Bad input to every operation of every service: each gets a clear answer, none an InternalFailure, and the cloud goes on.
let cloud: TestCloud
const agent = new Agent({ keepAlive: true, maxSockets: 8 })
before(async () => {
  cloud = await startCloud({ sandboxDriver: 'process' })
  await cloud.aws().s3.CreateBucket({ Bucket: 'fuzzed' })
})
after(async () => {
  agent.destroy()
  await cloud.stop()
})

let seed = 42
const random = (below: number) => {
  seed = (seed * 1103515245 + 12345) & 0x7fffffff
  return seed % below
}

const deep = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels)
const odd: unknown[] = [
  null, true, -1, 1e308, '', 'x', 'é\u0000漢', 'a'.repeat(5000), [], [null], [[]], {}, { a: { b: 1 } }, '2026-13-45', 'arn:aws:x', '../../etc/passwd',
  '__proto__', 2 ** 53,
]
const wild = () => odd[random(odd.length)]

/** A structure whose members have values of any kind, some of the right one. */
function mangled(members: Member[]): Record<string, unknown> {
  return Object.fromEntries(members.filter(() => random(4) > 0).map(member => [member.name, wild()]))
}

interface Asked { method: string, path: string, headers: Record<string, string>, body: string }

const membersOf = (model: ServiceModel, operation: OperationModel): Member[] => {
  const shape = typeof operation.input === 'number' ? model.shapes[operation.input]! : undefined
  return shape && 'members' in shape ? shape.members : []
}

function signed(model: ServiceModel, headers: Record<string, string>): Record<string, string> {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const credential = `test/${time.slice(0, 8)}/us-east-1/${model.signingName}/aws4_request`
  const content: Record<string, string> = model.name === 's3' ? { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } : {}
  const names = ['host', 'x-amz-date', ...Object.keys(content)].sort().join(';')
  return {
    'x-amz-date': time, authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${'0'.repeat(64)}`, ...content,
    ...headers,
  }
}

function ask(model: ServiceModel, operation: OperationModel, body: string): Asked {
  if (model.protocol === 'awsQuery' || model.protocol === 'ec2Query') {
    return {
      method: 'POST', path: '/', headers: signed(model, { 'content-type': 'application/x-www-form-urlencoded' }),
      body: `Action=${operation.name}&Version=${model.version}&${body}`,
    }
  }
  if (model.protocol.startsWith('awsJson')) {
    return {
      method: 'POST', path: '/',
      headers: signed(model, { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `${model.targetPrefix}.${operation.name}` }), body,
    }
  }
  const [method, uri] = operation.http!
  const bucket = model.name === 's3' && membersOf(model, operation).some(member => member.name === 'Bucket') ? '/fuzzed' : ''
  const path = bucket + uri.replace(/\{(\w+)\+?\}/g, () => ['x', '%00', '%E0%A4%A', 'a%2Fb', 'arn%3Aaws', 'é'.normalize()].map(encodeURI)[random(6)]!)
  return { method, path, headers: signed(model, {}), body: method === 'GET' || method === 'HEAD' ? '' : body }
}

const suffixes = ['', '.member.1', '.member.x', '.1.2.3', '.entry.1.key']
const queryBody = (members: Member[]) => members.filter(() => random(3) > 0)
  .map(member => `${member.name}${suffixes[random(5)]}=${encodeURIComponent(String(wild()))}`).join('&')

function bodiesFor(model: ServiceModel, operation: OperationModel): string[] {
  const members = membersOf(model, operation)
  if (model.protocol === 'awsQuery' || model.protocol === 'ec2Query') {
    return ['', '%', '&&==&', 'A='.repeat(2000), ...Array.from({ length: 8 }, () => queryBody(members))]
  }
  const xml = [
    '<', '<a>', '<a/>', `${'<a>'.repeat(500)}${'</a>'.repeat(500)}`, '<a><b>x</b></a>',
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  ]
  const json = [
    '', '{', 'null', '[]', '"x"', '\u0000', deep(2000), '{"__proto__":{"a":1}}', ...Array.from({ length: 8 }, () => JSON.stringify(mangled(members))),
  ]
  return model.protocol === 'restXml' ? [...xml, ''] : json
}

function send({ method, path, headers, body }: Asked): Promise<{ status: number, body: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port: cloud.cloud.port, method, path, headers, agent, timeout: 10_000 }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', piece => text += piece).on('end', () => resolve({ status: response.statusCode!, body: text }))
      response.on('error', reject)
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer in 10 s: ${method} ${path} ${body.slice(0, 200)}`)))
    sent.on('error', reject).end(body)
  })
}

for (const { name, operations } of await Promise.all(services.map(room => room.load()))) {
  const model = loadModel(name)
  if (!model) continue
  test(`${name}: malformed input gets an answer that is not InternalFailure`, async () => {
    const failures: string[] = []
    const statuses = new Map<number, number>()
    for (const operation of Object.keys(operations).map(each => model.operations[each]!)) {
      for (const body of bodiesFor(model, operation)) {
        const asked = ask(model, operation, body)
        const { status, body: answer } = await send(asked)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (status === 500 || (status > 501 && status !== 503)) {
          failures.push(`${operation.name} ${asked.method} ${asked.path} ${body.slice(0, 300)} -> ${status} ${answer.slice(0, 200)}`)
        }
      }
    }
    // Most of it must be refused as the caller's mistake; a routing that found nothing would answer the same to all.
    assert.ok((statuses.get(400) ?? 0) > 0, JSON.stringify([...statuses]))
    assert.deepEqual(failures.slice(0, 10), [], `${failures.length} failures`)
  })
}

test('a broken signature or target gets an answer, and the cloud goes on', async () => {
  const headers = [
    'AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA256 Credential=', 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=, Signature=', 'Bearer x',
    `AWS4-HMAC-SHA256 ${'x'.repeat(4000)}`,
  ]
  for (const authorization of headers) {
    for (const target of ['DynamoDB_20120810.GetItem', 'x', '.', 'Nothing.There']) {
      const { status } = await send({ method: 'POST', path: '/', headers: { authorization, 'x-amz-target': target }, body: '{}' })
      assert.ok(status >= 400 && status < 500, `${authorization} ${target}: ${status}`)
    }
  }
  assert.equal((await send({ method: 'GET', path: '/_fogbank/health', headers: {}, body: '' })).status, 200)
})
