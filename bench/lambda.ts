import { fork } from 'node:child_process'
import { createServer, request as httpRequest, Agent } from 'node:http'
import { Lambda } from '@aws-sdk/client-lambda'
import { IAM } from '@aws-sdk/client-iam'
import { strToU8, zipSync } from 'fflate'
import { inTurn, machine, median, processorSeconds, quantile } from './measure.ts'

// Warm invocations through the SDK's wire and cold ones of functions never used before, beside a Runtime API loop of plain node:http: a client, a
// server that queues, a worker that polls.
const seconds = 2
const rounds = 3
/** V8 compiles what runs often, for some ten thousands of invocations: on both sides, so many seconds are not counted. */
const warmUpSeconds = 20
const sdkCalls = 3000
const payload = '{"hello":"fog"}'

if (process.argv[2] === 'cloud') {
  // By the real clock: the rate of invocations is bounded, and by a clock that stands still there is one second's worth of them.
  const { openCloud } = await import('../src/cloud.ts')
  const { silentLogger } = await import('../src/platform/logging.ts')
  const cloud = await openCloud({ host: '127.0.0.1', port: 0, log: silentLogger, path: process.env.PATH ?? '' })
  process.send!(cloud.port)
  process.on('SIGTERM', () => void cloud.stop().then(() => process.exit()))
} else if (process.argv[2] === 'loop') {
  await runtimeLoop()
} else if (process.argv[2] === 'worker') {
  await worker(Number(process.argv[3]))
} else {
  await compare()
}

async function compare(): Promise<void> {
  const children: ReturnType<typeof fork>[] = []
  const start = (kind: string) => new Promise<{ port: number, pid: number }>(resolve => {
    const child = fork(import.meta.filename, [kind], { execArgv: (process.env.FOGBANK_BENCH_FLAGS ?? '').split(' ').filter(Boolean) })
    children.push(child)
    child.on('message', port => resolve({ port: Number(port), pid: child.pid! }))
  })
  try {
    const [cloud, loop] = [await start('cloud'), await start('loop')]
    const client = { endpoint: `http://127.0.0.1:${cloud.port}`, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
    const [lambda, iam] = [new Lambda(client), new IAM(client)]
    const { Role } = await iam.createRole({
      RoleName: 'bench',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      }),
    })
    const make = (FunctionName: string, Runtime: 'nodejs24.x' | 'python3.11') => lambda.createFunction({
      FunctionName, Runtime, Handler: 'index.handler', Role: Role!.Arn!, MemorySize: 1769,
      Code: {
        ZipFile: zipSync({
          'index.mjs': strToU8(`export const handler = async event => event // ${FunctionName}`),
          'index.py': strToU8(`def handler(event, context):\n  return event  # ${FunctionName}\n`),
        }),
      },
    })
    console.log(machine())
    await make('warm', 'nodejs24.x')
    const paths = { loop: '/', fogbank: '/2015-03-31/functions/warm/invocations' }
    await load(loop.port, paths.loop, { connections: 8, seconds: warmUpSeconds })
    await load(cloud.port, paths.fogbank, { connections: 8, seconds: warmUpSeconds })
    // The SDK is compiled by V8 as well, in the caller's process: what it costs at first is not the cloud's.
    const bare = new Lambda({ ...client, endpoint: `http://127.0.0.1:${loop.port}` })
    for (const [one, name] of [[bare, 'f'], [lambda, 'warm']] as const) {
      for (let n = 0; n < sdkCalls; n++) await one.invoke({ FunctionName: name, Payload: Buffer.from(payload) })
    }
    for (const runtime of ['nodejs24.x', 'python3.11'] as const) {
      console.log(`cold ${runtime}, never-used sandboxes, through the SDK: ${await cold(lambda, make, runtime)}`)
    }
    const floor: number[] = []
    for (let n = 0; n < 32; n++) floor.push(await invoked(bare, 'f'))
    console.log(`the same through the SDK to the bare Runtime API loop: p50 ${median(floor).toFixed(1)} ms, p99 ${quantile(floor, 0.99).toFixed(1)} ms`)
    for (const connections of [1, 8, 32]) {
      // So many environments are started first: what is measured is warm.
      await load(cloud.port, paths.fogbank, { connections, seconds })
      const costs: Record<string, { own: number[], below: number[] }> = {}
      const run = (kind: 'loop' | 'fogbank', { port, pid }: { port: number, pid: number }) => async () => {
        const before = processorSeconds(pid)
        const rate = await load(port, paths[kind], { connections, seconds })
        const after = processorSeconds(pid)
        const cost = costs[kind] ??= { own: [], below: [] }
        for (const part of ['own', 'below'] as const) cost[part].push((after[part] - before[part]) / rate / seconds * 1e6)
        return rate
      }
      const rates = await inTurn(rounds, { loop: run('loop', loop), fogbank: run('fogbank', cloud) })
      const [us, floor] = [median(rates.fogbank!), median(rates.loop!)]
      const cpu = (kind: string) => `${median(costs[kind]!.own).toFixed(0)} + ${median(costs[kind]!.below).toFixed(0)} us`
      console.log(`warm invoke, c=${connections}: fogbank ${us.toFixed(0)}/s, bare Runtime API loop ${floor.toFixed(0)}/s, ratio ${(us / floor).toFixed(2)} ` +
        `(goal 0.5, then 0.8); CPU of server + runtime ${cpu('fogbank')}, loop ${cpu('loop')}; ${machine()}`)
    }
  } finally {
    for (const child of children) child.kill('SIGTERM')
  }
}

async function cold(lambda: Lambda, make: (name: string, runtime: any) => Promise<unknown>, runtime: string): Promise<string> {
  const times: number[] = []
  const warm: number[] = []
  for (let n = 0; n < 62; n++) {
    const name = `cold-${runtime.slice(0, 4)}-${n}`
    await make(name, runtime)
    const [first, second] = [await invoked(lambda, name), await invoked(lambda, name)]
    // The first two bring the pool to life.
    if (n < 2) continue
    times.push(first)
    warm.push(second)
  }
  const goal = '(goal p50 10, then 5)'
  return `p50 ${median(times).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms ${goal}; the second invocation p50 ${median(warm).toFixed(1)} ms`
}

/** Milliseconds of an invocation after a pause: the pool refills in the background, and a function is seldom made and called in the same instant. */
async function invoked(lambda: Lambda, name: string): Promise<number> {
  await new Promise(resolve => setTimeout(resolve, 200))
  const start = performance.now()
  await lambda.invoke({ FunctionName: name, Payload: Buffer.from(payload) })
  return performance.now() - start
}

/** Posts the payload over and over, one at a time on each connection; the key is unknown, so a signature of the right form does. */
async function load(port: number, path: string, { connections, seconds }: { connections: number, seconds: number }): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const credential = `test/${time.slice(0, 8)}/us-east-1/lambda/aws4_request`
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`
  const headers = { 'x-amz-date': time, authorization }
  let answered = 0
  const once = () => new Promise<void>((resolve, reject) => {
    const sent = httpRequest({ port, path, method: 'POST', agent, headers }, response => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`))
      response.resume().on('end', resolve)
    })
    sent.on('error', reject).end(payload)
  })
  const end = performance.now() + seconds * 1000
  await Promise.all(Array.from({ length: connections }, async () => {
    while (performance.now() < end) {
      await once()
      answered++
    }
  }))
  agent.destroy()
  return answered / seconds
}

/** The floor: what an invocation costs in plain node:http, with one worker process that polls as a runtime does. */
async function runtimeLoop(): Promise<void> {
  const jobs: { body: Buffer, answer: (body: Buffer) => void }[] = []
  const pollers: ((job: (typeof jobs)[number]) => void)[] = []
  let running: (typeof jobs)[number] | undefined
  const bodyOf = async (request: AsyncIterable<Buffer>) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    return Buffer.concat(pieces)
  }
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      const job = jobs.shift() ?? await new Promise<(typeof jobs)[number]>(resolve => pollers.push(resolve))
      running = job
      return void response.end(job.body)
    }
    const body = await bodyOf(request)
    if (request.url === '/response') {
      running?.answer(body)
      return void response.end()
    }
    const job = { body, answer: (answer: Buffer) => void response.end(answer) }
    const poller = pollers.shift()
    if (poller) poller(job)
    else jobs.push(job)
  }).listen(0, '127.0.0.1', () => {
    const port = (server.address() as { port: number }).port
    const child = fork(import.meta.filename, ['worker', String(port)])
    process.on('SIGTERM', () => {
      child.kill('SIGKILL')
      process.exit()
    })
    process.send!(port)
  })
}

async function worker(port: number): Promise<void> {
  const agent = new Agent({ keepAlive: true })
  const call = (method: string, path: string, body?: string) => new Promise<string>((resolve, reject) => {
    httpRequest({ port, path, method, agent }, response => {
      let text = ''
      response.on('data', piece => text += piece).on('end', () => resolve(text))
    }).on('error', reject).end(body)
  })
  for (;;) await call('POST', '/response', JSON.stringify(JSON.parse(await call('GET', '/next'))))
}
