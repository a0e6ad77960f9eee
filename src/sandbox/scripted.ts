import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { SandboxError } from '../contracts/sandbox.ts'
import type { Environment, FunctionSpec, Invocation, Outcome, Runtime, Sandboxes } from '../contracts/sandbox.ts'

/** What a script is told about the invocation that it plays. */
export interface ScriptedCall {
  spec: FunctionSpec
  invocation: Invocation
  /** The payload, read as JSON. */
  event: any
  /** A line of the function's output. */
  print(line: string): void
}

/**
 * Plays functions in this process, for tests: what it returns is the response (written as JSON; undefined as null), what it throws is the function's error, and
 * a thrown ScriptedEnding is any other end.
 */
export type Script = (call: ScriptedCall) => unknown

type Ending = { kind: 'timeout' } | { kind: 'exit', code?: number | null, signal?: string | null, outOfMemory?: boolean }

/** Thrown by a script: the runtime ends as it says, and the environment is dead, as a real one would be. */
export class ScriptedEnding extends Error {
  readonly ending: Ending
  constructor(ending: Ending) {
    super(`Scripted ${ending.kind}`)
    this.ending = ending
  }
}

export interface ScriptedOptions {
  script: Script
  /** Runs in place of init; what it throws is the init error. */
  init?: (spec: FunctionSpec) => unknown
  /** Runs in place of what comes after a restore; what it throws is its error. */
  restore?: (spec: FunctionSpec) => unknown
  /** Why there are no snapshots on the host that is played, where there are none. */
  noSnapshots?: string
}

const runtimeNames = ['nodejs20.x', 'nodejs22.x', 'nodejs24.x', 'python3.10', 'python3.11', 'python3.12', 'python3.13', 'python3.14', 'java21']
/** What every scripted outcome measures, so that tests of reports and bills see the same figures each time. */
const measured = { durationMs: 1, maxMemoryUsedMB: 64 }

/** Sandboxes without processes: any runtime name starts, `script` answers, and time-outs are those of the real drivers. */
export function scriptedSandboxes(options: ScriptedOptions): Sandboxes {
  const environments = new Set<Environment>()
  const add = (environment: Environment): Environment => {
    environments.add(environment)
    return environment
  }
  /** The folder is all there is of a snapshot. */
  async function restored(spec: FunctionSpec): Promise<Environment> {
    if (!existsSync(spec.snapshot!.folder)) throw new SandboxError('snapshot-unusable', 'The snapshot is not there')
    const outcome = options.restore ? await outcomeOf(() => options.restore!(spec), spec.initTimeoutMs) : undefined
    const environment = environmentOf(spec, options.script, outcome?.kind === 'response' ? undefined : outcome)
    return add(Object.assign(environment, { afterRestoreMs: measured.durationMs }))
  }
  return {
    driver: 'scripted',
    runtimes: async () => runtimeNames.map((name): Runtime => ({ name, executable: 'script', version: '1.0.0', exact: true })),
    snapshots: async () => ({ works: options.noSnapshots === undefined, why: options.noSnapshots ?? 'scripted' }),
    async start(spec) {
      spec.signal?.throwIfAborted()
      if (spec.snapshot?.mode === 'restore') return restored(spec)
      const init = options.init ? await outcomeOf(() => options.init!(spec), spec.initTimeoutMs) : undefined
      const initError = init?.kind === 'response' ? undefined : init
      if (spec.snapshot && !initError) mkdirSync(spec.snapshot.folder, { recursive: true })
      return add(environmentOf(spec, options.script, initError))
    },
    async close() {
      await Promise.all([...environments].map((environment) => environment.stop()))
    },
  }
}

function environmentOf(spec: FunctionSpec, script: Script, initError: Outcome | undefined): Environment {
  let alive = !initError
  let busy = false
  const id = randomUUID()
  return {
    id,
    initDurationMs: measured.durationMs,
    ...(initError ? { initError } : {}),
    get alive() { return alive },
    async invoke(invocation) {
      if (initError) return initError
      if (busy) throw new Error(`Environment ${id} is busy: it serves one invocation at a time`)
      if (!alive) return { ...measured, kind: 'exit', code: null, signal: 'SIGKILL', outOfMemory: false }
      busy = true
      const event: unknown = JSON.parse(Buffer.from(invocation.payload).toString() || 'null')
      const outcome = await outcomeOf(() => script({ spec, invocation, event, print: (line) => void spec.onOutput(line, Date.now()) }), invocation.timeoutMs)
      busy = false
      if (outcome.kind === 'timeout' || outcome.kind === 'exit') alive = false
      return outcome
    },
    async freeze() {},
    async stop() { alive = false },
  }
}

async function outcomeOf(run: () => unknown, timeoutMs: number): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Outcome>((resolve) => { timer = setTimeout(() => resolve({ ...measured, durationMs: timeoutMs, kind: 'timeout' }), timeoutMs) })
  const answer = (async (): Promise<Outcome> => {
    try {
      return { ...measured, kind: 'response', payload: Buffer.from(JSON.stringify(await run() ?? null)) }
    } catch (error) {
      return failed(error)
    }
  })()
  const outcome = await Promise.race([answer, late])
  clearTimeout(timer)
  return outcome
}

function failed(error: unknown): Outcome {
  if (error instanceof ScriptedEnding) {
    const { ending } = error
    return ending.kind === 'timeout' ? { ...measured, ...ending } : { ...measured, code: null, signal: null, outOfMemory: false, ...ending }
  }
  const { name: errorType, message: errorMessage, stack } = error instanceof Error ? error : new Error(String(error))
  return { ...measured, kind: 'error', errorType, payload: Buffer.from(JSON.stringify({ errorType, errorMessage, trace: stack?.split('\n') ?? [] })) }
}
