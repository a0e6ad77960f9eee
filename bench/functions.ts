import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { SQS } from '@aws-sdk/client-sqs'
import { strToU8, zipSync } from 'fflate'
import { machine, median, quantile } from './measure.ts'
import { ministack, startFogbank, type Server } from './servers.ts'

// What reaches functions and how: `node bench/functions.ts PART`, PART one of latency, throughput, payloads, burst, thousand, steady. MINISTACK names
// the command of the peer for latency. The handlers take the time by the machine's monotonic clock, which the sender shares, and write it to their log.

type Clients = ReturnType<typeof clientsOf>

function clientsOf(port: number) {
  const client = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
  return { port, lambda: new Lambda(client), iam: new IAM(client), sqs: new SQS(client), logs: new CloudWatchLogs(client) }
}

const handler = `export const handler = async event => {
  const now = process.hrtime.bigint()
  const events = event.Records?.map(record => JSON.parse(record.body)) ?? [event]
  for (const { kind, at } of events) if (at) console.log('TOOK ' + kind + ' ' + Number(now - BigInt(at)) / 1e6)
  return event.echo
}`

async function roleOf({ iam }: Clients): Promise<string> {
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  const { Role } = await iam.createRole({ RoleName: 'bench', AssumeRolePolicyDocument: JSON.stringify(trust) })
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
  await iam.putRolePolicy({ RoleName: 'bench', PolicyName: 'p', PolicyDocument: JSON.stringify(policy) })
  return Role!.Arn!
}

async function make({ lambda }: Clients, Role: string, FunctionName: string, code = handler): Promise<void> {
  await lambda.createFunction({
    FunctionName, Runtime: 'nodejs24.x', Handler: 'index.handler', Role, Timeout: 60, MemorySize: 512,
    Code: { ZipFile: zipSync({ 'index.mjs': strToU8(`${code} // ${FunctionName}`) }) },
  })
  // MiniStack has functions that are Pending.
  for (let n = 0; n < 100 && (await lambda.getFunctionConfiguration({ FunctionName })).State === 'Pending'; n++) await sleep(100)
}

async function mapped(clients: Clients, Role: string, name: string, BatchSize: number): Promise<string> {
  const { QueueUrl } = await clients.sqs.createQueue({ QueueName: name, Attributes: { VisibilityTimeout: '60' } })
  await make(clients, Role, name)
  await clients.lambda.createEventSourceMapping({ FunctionName: name, EventSourceArn: `arn:aws:sqs:us-east-1:000000000000:${name}`, BatchSize })
  return QueueUrl!
}

const now = () => String(process.hrtime.bigint())

/** What the handlers wrote, by kind. */
async function taken({ logs }: Clients, names: string[]): Promise<Record<string, number[]>> {
  const found: Record<string, number[]> = {}
  for (const name of names) {
    let nextToken: string | undefined
    do {
      const page = await logs.filterLogEvents({ logGroupName: `/aws/lambda/${name}`, ...nextToken !== undefined && { nextToken } })
      for (const { message = '' } of page.events ?? []) {
        const [, kind, ms] = /TOOK (\w+) ([\d.]+)/.exec(message) ?? []
        if (kind) (found[kind] ??= []).push(Number(ms))
      }
      nextToken = page.nextToken
    } while (nextToken)
  }
  return found
}

/** From the caller's send to the handler's first line: synchronous, asynchronous, and through a queue with a mapping, in turn. */
async function latency(clients: Clients, rounds: number): Promise<Record<string, number[]>> {
  const Role = await roleOf(clients)
  await make(clients, Role, 'direct')
  const QueueUrl = await mapped(clients, Role, 'queued', 1)
  const payload = (kind: string) => JSON.stringify({ kind, at: now() })
  const sends: Record<string, () => Promise<unknown>> = {
    sync: () => clients.lambda.invoke({ FunctionName: 'direct', Payload: payload('sync') }),
    async: () => clients.lambda.invoke({ FunctionName: 'direct', InvocationType: 'Event', Payload: payload('async') }),
    sqs: () => clients.sqs.sendMessage({ QueueUrl, MessageBody: payload('sqs') }),
  }
  await clients.lambda.invoke({ FunctionName: 'direct', Payload: '{}' })
  for (let n = 0; n < 3; n++) {
    await clients.sqs.sendMessage({ QueueUrl, MessageBody: '{}' })
    await sleep(500)
  }
  for (let n = 0; n < rounds; n++) {
    for (const send of Object.values(sends)) {
      await send()
      await sleep(60)
    }
  }
  await sleep(3000)
  return taken(clients, ['direct', 'queued'])
}

const figure = (values: number[] = []) => `p50 ${median(values).toFixed(1)} ms, p99 ${quantile(values, 0.99).toFixed(1)} ms (${values.length})`

const cpuMs = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
const memoryMB = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

/** Private memory of all sandboxes of a Fogbank, and how many processes they are. */
function sandboxesOf(owner: number): { processes: number, privateMB: number } {
  let [processes, kilobytes] = [0, 0]
  for (const pid of pids()) {
    try {
      if (!readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`/fogbank-${owner}-`)) continue
      processes++
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
      for (const [, value] of rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+)/gm)) kilobytes += Number(value)
    } catch { /* It ended meanwhile. */ }
  }
  return { processes, privateMB: kilobytes / 1024 }
}

const parts: Record<string, (clients: Clients, server: Server) => Promise<void>> = {
  async latency(clients) {
    const us = await latency(clients, 100)
    for (const kind of ['sync', 'async', 'sqs']) console.log(`${kind} to handler: ${figure(us[kind])}`)
    console.log(`sqs / async: ${(median(us.sqs!) / median(us.async!)).toFixed(2)} x (goal 2)`)
    const peer = await ministack()
    if (!peer) return
    try {
      const them = await latency(clientsOf(peer.port), 20)
      for (const kind of ['sync', 'async', 'sqs']) {
        console.log(`ministack, ${kind} to handler: ${figure(them[kind])} = ${(median(them[kind] ?? []) / median(us[kind]!)).toFixed(2)} x ours`)
      }
    } finally {
      peer.child.kill('SIGKILL')
    }
  },

  async throughput(clients, { child }) {
    const count = 20_000
    const Role = await roleOf(clients)
    const QueueUrl = await mapped(clients, Role, 'many', 10)
    const { EventSourceMappings: [mapping] = [] } = await clients.lambda.listEventSourceMappings({ FunctionName: 'many' })
    await clients.lambda.updateEventSourceMapping({ UUID: mapping!.UUID!, Enabled: false })
    await sleep(1000)
    const Entries = Array.from({ length: 10 }, (_, at) => ({ Id: String(at), MessageBody: '{}' }))
    await Promise.all(Array.from({ length: 8 }, async () => {
      for (let n = 0; n < count / 80; n++) await clients.sqs.sendMessageBatch({ QueueUrl, Entries })
    }))
    const cpu = cpuMs(child.pid!)
    const begun = performance.now()
    await clients.lambda.updateEventSourceMapping({ UUID: mapping!.UUID!, Enabled: true })
    for (;;) {
      const { Attributes: left } = await clients.sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] })
      if (Number(left!.ApproximateNumberOfMessages) + Number(left!.ApproximateNumberOfMessagesNotVisible) === 0) break
      await sleep(20)
    }
    const seconds = (performance.now() - begun) / 1000
    console.log(`mapping, batch 10: ${(count / seconds).toFixed(0)} messages/s, ${(count / 10 / seconds).toFixed(0)} invocations/s, `
      + `${((cpuMs(child.pid!) - cpu) / count * 1000).toFixed(0)} us of CPU in Fogbank for each message`)
  },

  async payloads(clients) {
    const Role = await roleOf(clients)
    await make(clients, Role, 'echo')
    for (const megabytes of [0.001, 1, 5.99]) {
      const Payload = JSON.stringify({ echo: 'x'.repeat(megabytes * 1024 * 1024) })
      const times: number[] = []
      for (let n = 0; n < 22; n++) {
        const begun = performance.now()
        const answer = await clients.lambda.invoke({ FunctionName: 'echo', Payload })
        if (answer.Payload!.byteLength < megabytes * 1024 * 1024) throw new Error('not the echo')
        if (n > 1) times.push(performance.now() - begun)
      }
      console.log(`payload of ${megabytes} MB there and back, through the SDK: ${figure(times)}`)
    }
  },

  async burst(clients, { child }) {
    const Role = await roleOf(clients)
    await make(clients, Role, 'first')
    await clients.lambda.invoke({ FunctionName: 'first' })
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 100; n++) await make(clients, Role, `new-${round}-${n}`)
      await sleep(1000)
      const cpu = cpuMs(child.pid!)
      const begun = performance.now()
      const times = await Promise.all(Array.from({ length: 100 }, async (_, n) => {
        await clientsOf(clients.port).lambda.invoke({ FunctionName: `new-${round}-${n}` })
        return performance.now() - begun
      }))
      const took = performance.now() - begun
      const own = cpuMs(child.pid!) - cpu
      const floor = await bareNodes(100)
      console.log(`100 new functions at once: all answered after ${took.toFixed(0)} ms, ${figure(times)}; 100 x node -e 0 at once ${floor.toFixed(0)} ms: `
        + `${(took / floor).toFixed(2)} x; CPU of Fogbank itself ${own} ms`)
    }
  },

  async thousand(clients, { child }) {
    const pid = child.pid!
    const Role = await roleOf(clients)
    const count = Number(process.argv[3] ?? 1000)
    const before = memoryMB(pid)
    let begun = performance.now()
    for (let n = 0; n < count; n++) {
      await clients.lambda.createFunction({
        FunctionName: `f-${n}`, Runtime: 'nodejs24.x', Handler: 'index.handler', Role,
        Code: { ZipFile: zipSync({ 'index.mjs': strToU8(`${handler} // ${n}`) }) },
      })
    }
    console.log(`${count} functions deployed: ${((performance.now() - begun) / count).toFixed(1)} ms and `
      + `${((memoryMB(pid) - before) * 1024 / count).toFixed(0)} KB of Fogbank's memory each (${before.toFixed(0)} to ${memoryMB(pid).toFixed(0)} MB)`)
    begun = performance.now()
    const times: number[] = []
    for (let n = 0; n < count; n++) {
      const one = performance.now()
      await clients.lambda.invoke({ FunctionName: `f-${n}` })
      times.push(performance.now() - one)
    }
    const tenth = Math.ceil(count / 10)
    const { processes, privateMB } = sandboxesOf(pid)
    console.log(`each invoked once, one after another: ${((performance.now() - begun) / count).toFixed(1)} ms each (p50 of the first tenth `
      + `${median(times.slice(0, tenth)).toFixed(1)} ms, of the last ${median(times.slice(-tenth)).toFixed(1)} ms); Fogbank ${memoryMB(pid).toFixed(0)} MB; `
      + `${processes} processes of environments, ${privateMB.toFixed(0)} MB of their own = ${(privateMB / count).toFixed(1)} MB for each function`)
  },

  async steady(clients, { child }) {
    const minutes = Number(process.argv[3] ?? 3)
    const Role = await roleOf(clients)
    await make(clients, Role, 'direct')
    const QueueUrl = await mapped(clients, Role, 'queued', 10)
    const end = performance.now() + minutes * 60_000
    let calls = 0
    const loop = async (send: () => Promise<unknown>) => {
      while (performance.now() < end) {
        await send()
        calls++
        await sleep(5)
      }
    }
    const loops = [
      loop(() => clients.lambda.invoke({ FunctionName: 'direct', Payload: '{"echo":1}' })),
      loop(() => clients.lambda.invoke({ FunctionName: 'direct', InvocationType: 'Event', Payload: '{}' })),
      loop(() => clients.sqs.sendMessage({ QueueUrl, MessageBody: '{}' })),
    ]
    const samples: number[] = []
    while (performance.now() < end) {
      await sleep(10_000)
      samples.push(memoryMB(child.pid!))
    }
    await Promise.all(loops)
    const part = Math.ceil(samples.length / 3)
    const thirds = [0, 1, 2].map(third => `${median(samples.slice(third * part, (third + 1) * part)).toFixed(0)} MB`)
    console.log(`steady load of ${minutes} minutes, ${(calls / minutes / 60).toFixed(0)} events/s: memory of Fogbank by thirds of the time `
      + `${thirds.join(', ')}; every 10 s: ${samples.map(Math.round).join(' ')}`)
  },
}

function pids(): string[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name))
}

/** Milliseconds until so many bare Node processes that were started at once have ended. */
async function bareNodes(count: number): Promise<number> {
  const begun = performance.now()
  await Promise.all(Array.from({ length: count }, () => new Promise(resolve => spawn(process.execPath, ['-e', '0']).on('exit', resolve))))
  return performance.now() - begun
}

for (const part of process.argv[2] ? [process.argv[2]] : Object.keys(parts)) {
  const server = await startFogbank()
  console.log(machine())
  try {
    await parts[part]!(clientsOf(server.port), server)
  } finally {
    server.child.kill('SIGTERM')
    await new Promise(resolve => server.child.on('exit', resolve))
  }
}
