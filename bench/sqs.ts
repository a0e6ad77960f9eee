import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fdatasync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inTurn, machine, median, processorSeconds } from './measure.ts'
import { ministack, type Server } from './servers.ts'

// SendMessage, SendMessageBatch, and receiving with deleting, over 16 connections: durable Fogbank, beside a node:http server that answers when what it
// was sent is synced (the floor), and beside MiniStack, where MINISTACK names its command. Then receives from a queue of few messages and of many.
const connections = 16
const seconds = 3
const body = 'x'.repeat(100)
const depths = [10_000, Number(process.argv[3] ?? 10_000_000)] as const

/** Every request's body is appended to a file; those of one turn share a sync, and are answered after it. */
function floor(): void {
  const folder = mkdtempSync(join(tmpdir(), 'fogbank-bench-'))
  const file = openSync(join(folder, 'log'), 'a')
  process.on('exit', () => rmSync(folder, { recursive: true }))
  let waiting: (() => void)[] = []
  let isSyncing = false
  const sync = () => {
    if (isSyncing || waiting.length === 0) return
    const answers = waiting
    waiting = []
    isSyncing = true
    fdatasync(file, () => {
      isSyncing = false
      for (const answer of answers) answer()
      setImmediate(sync)
    })
  }
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', piece => pieces.push(piece)).on('end', () => {
      writeSync(file, Buffer.concat(pieces))
      waiting.push(() => void response.end('{}'))
      setImmediate(sync)
    })
  }).listen(0, '127.0.0.1', () => process.send!((server.address() as { port: number }).port))
  process.on('SIGTERM', () => process.exit())
}

async function fogbank(): Promise<void> {
  const { openCloud } = await import('../src/cloud.ts')
  const { silentLogger } = await import('../src/platform/logging.ts')
  const dataFolder = mkdtempSync(join(tmpdir(), 'fogbank-bench-'))
  const cloud = await openCloud({ host: '127.0.0.1', port: 0, dataFolder, log: silentLogger })
  process.send!(cloud.port)
  process.on('message', async ({ fill, count }: { fill: string, count: number }) => {
    await fillQueue(cloud, fill, count)
    process.send!('filled')
  })
  process.on('SIGTERM', async () => {
    await cloud.stop()
    rmSync(dataFolder, { recursive: true })
    process.exit()
  })
}

/** Puts messages into a queue by its own tables, a thousand to a commit: ten million through the API would take the day. */
async function fillQueue({ platform }: any, name: string, count: number): Promise<void> {
  const { liveQueue } = await import('../src/services/sqs/queues/live.ts')
  const { send } = await import('../src/services/sqs/messages/send.ts')
  const { contentOf } = await import('../src/services/sqs/messages/content.ts')
  const scope = platform.scope('sqs', { account: '000000000000', region: 'us-east-1' })
  const queue = (await liveQueue(scope, { account: '000000000000', name }))!
  const content = contentOf(queue, { MessageBody: body })
  for (let sent = 0; sent < count; sent += 1000) await send(scope, queue, Array.from({ length: 1000 }, () => content))
}

const start = (kind: string) => new Promise<Server>(resolve => {
  const child = fork(import.meta.filename, [kind], { execArgv: (process.env.FOGBANK_BENCH_FLAGS ?? '').split(' ').filter(Boolean) })
  child.once('message', port => resolve({ port: Number(port), child }))
})

async function compare(): Promise<void> {
  const servers: Record<string, Server> = { fogbank: await start('fogbank'), floor: await start('floor') }
  const peer = await ministack()
  if (peer) servers.ministack = peer
  try {
    for (const [name, { port }] of Object.entries(servers)) if (name !== 'floor') await call(port, 'CreateQueue', { QueueName: 'bench' })
    console.log(machine())
    await report('SendMessage', send, servers)
    await report('SendMessageBatch(10), messages', sendBatch, servers)
    const { floor: _, ...others } = servers
    await report('receive 10 and delete 10, messages', drain, others)
  } finally {
    for (const { child } of Object.values(servers)) child.kill('SIGTERM')
  }
}

/** The rates, and the processor time of the server for each message: that is what a busy machine blurs least. */
async function report(what: string, measure: (port: number) => Promise<number>, servers: Record<string, Server>): Promise<void> {
  const costs: Record<string, number[]> = Object.fromEntries(Object.keys(servers).map(name => [name, []]))
  const rates = await inTurn(3, Object.fromEntries(Object.entries(servers).map(([name, { port, child }]) => [name, async () => {
    const [before, began] = [processorSeconds(child.pid!), performance.now()]
    const rate = await measure(port)
    const after = processorSeconds(child.pid!)
    costs[name]!.push((after.own + after.below - before.own - before.below) * 1e9 / (rate * (performance.now() - began)))
    return rate
  }])))
  const us = median(rates.fogbank!)
  const each = Object.entries(rates).map(([name, values]) =>
    `${name} ${median(values).toFixed(0)}/s${name === 'fogbank' ? '' : ` (x ${(us / median(values)).toFixed(2)})`}, CPU ${median(costs[name]!).toFixed(1)} us`)
  console.log(`${what}, c=${connections}: ${each.join('; ')}`)
}

const urlOf = (port: number, name = 'bench') => `http://127.0.0.1:${port}/000000000000/${name}`
const entries = Array.from({ length: 10 }, (_, at) => ({ Id: String(at), MessageBody: body }))

const send = (port: number) => load(port, () => request(port, 'SendMessage', { QueueUrl: urlOf(port), MessageBody: body }), () => 1)
const sendBatch = (port: number) => load(port, () => request(port, 'SendMessageBatch', { QueueUrl: urlOf(port), Entries: entries }), () => 10)

/** Each connection receives up to ten messages and deletes them, in turn. */
async function drain(port: number): Promise<number> {
  const received = new Map<number, { Id: string, ReceiptHandle: string }[]>()
  const asked = new Map<number, string>()
  return load(port, connection => {
    const handles = received.get(connection)
    received.delete(connection)
    asked.set(connection, handles ? 'delete' : 'receive')
    return handles ? request(port, 'DeleteMessageBatch', { QueueUrl: urlOf(port), Entries: handles })
      : request(port, 'ReceiveMessage', { QueueUrl: urlOf(port), MaxNumberOfMessages: 10 })
  }, (connection, answer) => {
    const { Messages = [] } = JSON.parse(answer)
    if (asked.get(connection) === 'delete') return 10
    if (Messages.length > 0) received.set(connection, Messages.map((message: any, at: number) => ({ Id: String(at), ReceiptHandle: message.ReceiptHandle })))
    return 0
  })
}

/** A receive from a queue of ten thousand messages, and of ten million, one at a time over one connection, each with its share of commits. */
async function depth(): Promise<void> {
  const { port, child } = await start('fogbank')
  try {
    const [few, many] = ['few', 'many']
    for (const name of [few, many]) await call(port, 'CreateQueue', { QueueName: name })
    const fill = (name: string, count: number) => new Promise(resolve => {
      child.once('message', resolve)
      child.send({ fill: name, count })
    })
    await fill(few, depths[0])
    const began = performance.now()
    await fill(many, depths[1])
    console.log(machine())
    console.log(`filled with ${depths[1]} messages in ${((performance.now() - began) / 1000).toFixed(0)} s`)
    const receive = (name: string) => load(port, () => request(port, 'ReceiveMessage', { QueueUrl: urlOf(port, name), VisibilityTimeout: 600 }), () => 1, 1)
    const rates = await inTurn(5, { [few]: () => receive(few), [many]: () => receive(many) })
    const [a, b] = [1e6 / median(rates[few]!), 1e6 / median(rates[many]!)]
    console.log(`receive from ${depths[0]}: ${a.toFixed(0)} µs, from ${depths[1]}: ${b.toFixed(0)} µs, x ${(b / a).toFixed(2)} (goal 1.3)`)
  } finally {
    child.kill('SIGTERM')
  }
}

/** The bytes of a request. Its key is one that nobody knows, so a signature of the right form does. */
function request(port: number, operation: string, input: unknown): string {
  const json = JSON.stringify(input)
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  return [
    'POST / HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Content-Type: application/x-amz-json-1.0', `X-Amz-Target: AmazonSQS.${operation}`, `X-Amz-Date: ${time}`,
    `X-Amz-Content-Sha256: ${createHash('sha256').update(json).digest('hex')}`, `Content-Length: ${Buffer.byteLength(json)}`,
    `Authorization: AWS4-HMAC-SHA256 Credential=test/${time.slice(0, 8)}/us-east-1/sqs/aws4_request, SignedHeaders=host;x-amz-date, ` +
      `Signature=${'0'.repeat(64)}`, '', json,
  ].join('\r\n')
}

async function call(port: number, operation: string, input: unknown): Promise<void> {
  await load(port, () => request(port, operation, input), () => 0, 1, 0)
}

/** Sends requests on each connection, one at a time, for so long; returns what was counted, per second. */
async function load(
  port: number, next: (connection: number) => string, count: (connection: number, answer: string) => number, width = connections, forSeconds = seconds,
): Promise<number> {
  let counted = 0
  const began = performance.now()
  const end = began + forSeconds * 1000
  await Promise.all(Array.from({ length: width }, (_, connection) => new Promise<void>((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(next(connection)))
    socket.setNoDelay(true).setEncoding('utf8').on('error', reject).on('data', (piece: string) => {
      text += piece
      const head = text.indexOf('\r\n\r\n')
      if (head < 0) return
      const chunked = /transfer-encoding: chunked/i.test(text.slice(0, head))
      const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? NaN)
      if (chunked ? !text.endsWith('0\r\n\r\n') : text.length - head - 4 < length) return
      if (!text.startsWith('HTTP/1.1 200')) {
        socket.destroy()
        return reject(new Error(text))
      }
      counted += count(connection, chunked ? '{}' : text.slice(head + 4))
      text = ''
      if (performance.now() < end) socket.write(next(connection))
      else socket.end(resolve)
    })
  })))
  return counted / ((performance.now() - began) / 1000)
}

if (process.argv[2] === 'floor') floor()
else if (process.argv[2] === 'fogbank') await fogbank()
else if (process.argv[2] === 'depth') await depth()
else await compare()
