import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { strToU8, zipSync } from 'fflate'
import { inTurn, machine, median } from './measure.ts'
import '../scripts/build.ts'

// From the start of the process to its `ready` line and to its first answer, beside the start of a Node that does nothing; and the memory of an idle
// cloud beside that of a bare server, its pool of started runtimes apart.
const root = dirname(import.meta.dirname)
const folder = mkdtempSync(join(tmpdir(), 'fogbank-bench-'))
const place = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }

function ended(args: string[]): Promise<number> {
  const start = performance.now()
  return new Promise(resolve => spawn(process.execPath, args, { stdio: 'ignore' }).on('exit', () => resolve(performance.now() - start)))
}

interface Ready { ms: number, pid: number, line: string }

/** Starts it, waits for the line that it prints, measures, ends it. */
function readyThen<T>(args: string[], measure: (ready: Ready) => T | Promise<T>, environment: Record<string, string> = {}): Promise<T> {
  const start = performance.now()
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment } })
  return new Promise((resolve, reject) => child.stdout.once('data', async (line: Buffer) => {
    const measured = Promise.resolve(measure({ ms: performance.now() - start, pid: child.pid!, line: String(line) }))
    await measured.catch(() => undefined)
    child.on('exit', () => measured.then(resolve, reject))
    child.kill('SIGTERM')
  }))
}

const fogbank = (data: string) => ['bin/fogbank', 'start', '--port', '0', '--data', join(folder, data)]
const bare = ['-e', 'require("http").createServer().listen(0, "127.0.0.1", () => console.log("ready")); process.on("SIGTERM", () => process.exit())']
const lineOnly = ['-e', 'require("fs").writeSync(1, "ready"); setTimeout(() => {}, 1e5)']
/** Of the main thread until now, in milliseconds. */
const cpuMs = ({ pid }: Ready) => Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6
const readyMs = ({ ms }: Ready) => ms

/** To the answer of a signed call: what a start has put off, the tables of the service and its code, is in it. */
async function firstAnswer(args: string[]): Promise<number> {
  const start = performance.now()
  return readyThen(args, async ({ line }) => {
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
    const authorization =
      `AWS4-HMAC-SHA256 Credential=test/${time.slice(0, 8)}/us-east-1/sts/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`
    const headers = { authorization, 'x-amz-date': time, 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await fetch(/http:\S+/.exec(line)![0], { method: 'POST', headers, body: 'Action=GetCallerIdentity&Version=2011-06-15' })
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
    return performance.now() - start
  })
}

/** A start that finds neither compiled code nor data. */
let firsts = 0
const firstStart = () => readyThen(fogbank(`new-${++firsts}`), readyMs, { NODE_COMPILE_CACHE: join(folder, `cache-${firsts}`) })

/** Reading the tables of one service, as its first request does: those of Lambda, in a process of its own. */
const tablesOfOne = (): Promise<number> => readyThen(['-e', `
  const { readFileSync } = require('fs'), start = performance.now()
  for (const name of ['index', 'lambda']) JSON.parse(readFileSync('dist/models/' + name + '.json', 'utf8'))
  console.log(performance.now() - start); setTimeout(() => {}, 1e5); process.on('SIGTERM', () => process.exit())`], ({ line }) => Number(line))

const statusMB = (pid: number, field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024
const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const settledMB = async ({ pid }: Ready) => (await wait(500), statusMB(pid, 'VmRSS'))

/** Processes that a process has started, and they. */
function descendants(pid: number): number[] {
  const parents = globSync('/proc/[0-9]*/stat').flatMap(file => {
    try {
      const text = readFileSync(file, 'latin1')
      return [{ pid: Number.parseInt(text), parent: Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]) }]
    } catch {
      return []
    }
  })
  const below = (of: number): number[] => parents.filter(({ parent }) => parent === of).flatMap(child => [child.pid, ...below(child.pid)])
  return below(pid)
}

/** What belongs to each process alone, and its share of what several have: the executable counts once. */
const proportionalMB = (pids: number[]) =>
  pids.reduce((sum, pid) => sum + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024, 0)

const withPool = () => readyThen(fogbank('pool'), async ({ pid, line }) => {
  const here = { ...place, endpoint: /http:\S+/.exec(line)![0] }
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }] }
  const { Role } = await new IAM(here).createRole({ RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify(trust) })
  const lambda = new Lambda(here)
  const code = { ZipFile: zipSync({ 'index.mjs': strToU8('export const handler = async () => 1') }) }
  await lambda.createFunction({ FunctionName: 'f', Runtime: 'nodejs22.x', Handler: 'index.handler', Role: Role!.Arn!, Code: code })
  await wait(2000)
  const pool = descendants(pid)
  return { mb: statusMB(pid, 'VmRSS'), processes: pool.length, poolMB: proportionalMB(pool) }
}).catch((error: Error) => error.message)

console.log(machine())
await readyThen(fogbank('data'), readyMs)
const times = await inTurn(15, {
  nothing: () => ended(['-e', '0']), bare: () => readyThen(bare, readyMs), ready: () => readyThen(fogbank('data'), readyMs),
  answer: () => firstAnswer(fogbank('data')), first: firstStart, tables: tablesOfOne,
})
const [nothing, bareReady, ready, answer, first, tables] = [
  'nothing', 'bare', 'ready', 'answer', 'first', 'tables',
].map(name => median(times[name]!)) as [number, number, number, number, number, number]
const ratio = (ms: number) => `${ms.toFixed(1)} ms, ${(ms / nothing).toFixed(2)} x`
console.log(`node -e 0 ${nothing.toFixed(1)} ms, a bare node:http server that listens ${ratio(bareReady)}`)
console.log(`ready: fogbank ${ratio(ready)} (goal 2 x and the tables of one service, ${tables.toFixed(1)} ms: ${(2 * nothing + tables).toFixed(1)} ms)`)
// On a machine that does other work, the processor's time says more than the clock.
const cpu = await inTurn(15, { nothing: () => readyThen(lineOnly, cpuMs), fogbank: () => readyThen(fogbank('data'), cpuMs) })
const [floorCpu, usCpu] = [median(cpu.nothing!), median(cpu.fogbank!)]
const inTheMainThread = `fogbank ${usCpu.toFixed(1)} ms, a node that writes a line ${floorCpu.toFixed(1)} ms, ${(usCpu / floorCpu).toFixed(2)} x`
console.log(`ready, CPU time of the main thread: ${inTheMainThread}`)
console.log(`first answer ${ratio(answer)}; ready at the very first start, without compiled code and data, ${ratio(first)}`)
const memory = await inTurn(3, { bare: () => readyThen(bare, settledMB), fogbank: () => readyThen(fogbank('data'), settledMB) })
const [floorMB, usMB] = [median(memory.bare!), median(memory.fogbank!)]
console.log(`idle memory: fogbank ${usMB.toFixed(0)} MB, a bare node:http server ${floorMB.toFixed(0)} MB, ${(usMB / floorMB).toFixed(2)} x (goal 1.5)`)
const pool = await withPool()
if (typeof pool === 'string') console.log(`pool: ${pool}`)
else console.log(`after a function was created: fogbank ${pool.mb.toFixed(0)} MB; its pool apart, ${pool.processes} processes, ${pool.poolMB.toFixed(0)} MB`)
rmSync(folder, { recursive: true, force: true })
