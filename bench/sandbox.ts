import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { FunctionSpec, Sandboxes } from '../src/contracts/sandbox.ts'
import { openSandboxes } from '../src/sandbox/open.ts'

// `node bench/sandbox.ts`: cold starts (from the call of start() to the first response) and warm invocations, against the start of a bare `node -e 0`.
const run = promisify(execFile)
const rounds = 40
const path = '/usr/local/bin:/usr/bin:/bin'
const log = { debug() {}, info() {}, warn() {}, error() {} }
const runtimes = {
  'nodejs22.x': ['index.js', 'exports.handler = async (event) => event'], 'python3.11': ['app.py', 'def handler(event, context): return event'],
} as const

interface Figure { p50: number, p99: number }

/** Milliseconds: the median and the 99th percentile. */
function figureOf(times: number[]): Figure {
  const sorted = times.toSorted((a, b) => a - b)
  return { p50: sorted[Math.floor(sorted.length / 2)]!, p99: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))]! }
}

export async function measure(): Promise<Record<string, Figure>> {
  const folder = mkdtempSync(join(tmpdir(), 'fogbank-bench-'))
  const figures: Record<string, Figure> = {}
  try {
    const floor: number[] = []
    const kinds = (['isolated', 'isolated, no pool', 'process'] as const).map((name) => ({
      name, times: new Map<string, number[]>(), warm: new Map<string, number[]>(),
      sandboxes: openSandboxes({
        driver: name === 'process' ? 'process' : 'isolated', folder: join(folder, name.replace(/\W/g, '')), log, path,
        ...name.includes('no') && { poolSize: 0 },
      }),
    }))
    for (let round = 0; round < rounds; round++) {
      floor.push(await timed(async () => { execFileSync(process.execPath, ['-e', '0'], { env: {} }) }))
      for (const { sandboxes, times, warm } of kinds) {
        for (const runtime of Object.keys(runtimes) as (keyof typeof runtimes)[]) {
          const [cold, hot] = await coldAndWarm(sandboxes, runtime, folder, round, 20)
          // The first fills the pool.
          if (round > 0) times.set(runtime, [...times.get(runtime) ?? [], cold])
          warm.set(runtime, [...warm.get(runtime) ?? [], ...hot])
        }
      }
      // The pool refills beside, as it does between the cold starts of a quiet cloud.
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    figures['node -e 0'] = figureOf(floor)
    const starts = await sustained(async () => { await run(process.execPath, ['-e', '0'], { env: {} }) })
    figures['node -e 0, 4 at a time, each'] = { p50: starts, p99: starts }
    const unpooled = kinds[1]!.sandboxes
    let made = rounds
    const cold = await sustained(async () => { await coldAndWarm(unpooled, 'nodejs22.x', folder, made++, 0) })
    figures['cold without a pool, nodejs22.x, 4 at a time, each (with its end)'] = { p50: cold, p99: cold }
    for (const { name, sandboxes, times, warm } of kinds) {
      await sandboxes.close()
      for (const [runtime, list] of times) figures[`cold, ${name}, ${runtime}`] = figureOf(list)
      for (const [runtime, list] of warm) figures[`warm, ${name}, ${runtime}`] = figureOf(list)
    }
    return figures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Times = [cold: number, warm: number[]]

async function coldAndWarm(sandboxes: Sandboxes, runtime: keyof typeof runtimes, folder: string, round: number, warmCount: number): Promise<Times> {
  const codeFolder = join(folder, `${runtime}-${round}`)
  mkdirSync(codeFolder, { recursive: true })
  const [file, code] = runtimes[runtime]
  writeFileSync(join(codeFolder, file), code)
  const spec: FunctionSpec = {
    runtime, handler: `${file.split('.')[0]}.handler`, codeFolder, environment: { AWS_LAMBDA_FUNCTION_NAME: 'f' }, memoryMB: 1769, ephemeralStorageMB: 512,
    initTimeoutMs: 10_000, network: 'internet', endpoints: [{ port: 4566, serve: (socket) => socket.destroy() }], onOutput: () => {},
  }
  const invoke = { requestId: 'r', payload: Buffer.from('{}'), timeoutMs: 5000, invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f' }
  let environment: Awaited<ReturnType<Sandboxes['start']>> | undefined
  const cold = await timed(async () => {
    environment = await sandboxes.start(spec)
    const outcome = await environment.invoke(invoke)
    if (outcome.kind !== 'response') throw new Error(JSON.stringify(outcome))
  })
  const warm: number[] = []
  for (let n = 0; n < warmCount; n++) warm.push(await timed(async () => void await environment!.invoke(invoke)))
  await environment!.stop()
  return [cold, warm]
}

/** Milliseconds for each of 60, four under way at once. */
async function sustained(work: () => Promise<void>): Promise<number> {
  let left = 60
  const worker = async (): Promise<void> => { while (left-- > 0) await work() }
  return await timed(async () => { await Promise.all([worker(), worker(), worker(), worker()]) }) / 60
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

if (import.meta.url === pathToFileURL(process.argv[1]!).href) {
  const figures = await measure()
  const floor = figures['node -e 0']!.p50
  console.table(Object.fromEntries(Object.entries(figures).map(([name, { p50, p99 }]) =>
    [name, { 'p50 (ms)': p50.toFixed(2), 'p99 (ms)': p99.toFixed(2), 'p50 / node -e 0': (p50 / floor).toFixed(3) }])))
}
