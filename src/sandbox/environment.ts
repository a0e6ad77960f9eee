import type { Socket } from 'node:net'
import { SandboxError } from '../contracts/sandbox.ts'
import type { Ending as Ended, Environment, FunctionSpec, Invocation, Outcome, Runtime, SandboxEvent } from '../contracts/sandbox.ts'
import type { Driver, Exit, Instance } from './driver.ts'
import { openExtensions } from './extensions.ts'
import type { Failure, ShutdownReason } from './extensions.ts'
import { readFrames, readLines } from './output.ts'
import { isWrapped, launchOf } from './launch.ts'
import { serveCredentials } from './snapshot-credentials.ts'
import { apiPort, listenHere, openRuntimeApi } from './runtime-api.ts'
import type { RuntimeApi } from './runtime-api.ts'

const closedGraceMs = 200
const exitGraceMs = 5000
const checkEveryMs = 50
const maxMemoryEveryMs = 250
/** Freezing and thawing cost some 0.15 ms: under a steady load they are not paid, and what a function leaves running has this much CPU at most. */
const freezeAfterMs = 25

/** Looks at what works now; one timer for all, which ends when none does. */
const working = new Set<() => void>()
let looking: NodeJS.Timeout | undefined

function watch(check: () => void): void {
  working.add(check)
  looking ??= setInterval(() => {
    for (const look of working) look()
    if (working.size > 0) return
    clearInterval(looking)
    looking = undefined
  }, checkEveryMs).unref()
}

const launchPath = '/usr/local/bin:/usr/bin:/bin:/opt/bin'

type Ending = { kind: 'response', payload: Uint8Array } | {
  kind: 'error', errorType: string, payload: Uint8Array,
} | { kind: 'timeout' } | ({ kind: 'exit' } & Exit) | Failure

/** Starts an instance, hands it its function and waits until it asks for work, reports an error, exits or runs out of time. */
export async function startEnvironment(driver: Driver, runtime: Runtime, spec: FunctionSpec): Promise<Environment> {
  spec.signal?.throwIfAborted()
  // Clients of the Runtime API find it at AWS_LAMBDA_RUNTIME_API: inside a network of the sandbox's own, else at a port of this machine.
  let served: RuntimeApi | undefined
  const serve = (socket: Socket): void => void (served ? served.serve(socket, false) : socket.destroy())
  const inside = driver.ownNetwork && spec.network !== 'host'
  const server = inside ? undefined : await listenHere(serve)
  const address = `127.0.0.1:${server?.port ?? apiPort}`
  const launching = inside ? { ...spec, endpoints: [...spec.endpoints, { port: apiPort, serve }] } : spec
  const launched = await driver.launch(runtime, launching).catch((error: unknown) => {
    server?.close()
    throw error
  })
  // Extensions ask there for as long as they live, which may be longer than the runtime.
  const instance = server ? { ...launched, destroy: () => launched.destroy().finally(() => server.close()) } : launched
  const abort = (): void => void instance.destroy()
  spec.signal?.addEventListener('abort', abort)
  if (spec.signal?.aborted) abort()
  try {
    const environment = await supervise(instance, spec, address, (api) => { served = api })
    if (spec.signal?.aborted) throw new SandboxError('start-failed', 'The start was aborted')
    return environment
  } catch (error) {
    await instance.destroy()
    throw error
  } finally {
    spec.signal?.removeEventListener('abort', abort)
  }
}

async function supervise(instance: Instance, spec: FunctionSpec, address: string, onApi: (api: RuntimeApi) => void): Promise<Environment> {
  let startedAt = performance.now()
  let alive = true
  let settle: ((ending: Ending) => void) | undefined
  let answer: Ending | undefined
  let exit: Exit | undefined
  let memoryAt = 0
  let memoryMB = 0
  let frozen = false
  let idleSince = 0
  let freezing: PromiseWithResolvers<void> | undefined
  /** The end of an environment whose extensions have their time for it. */
  let retiring: Promise<void> | undefined
  /** With extensions: from when on they were waited for alone, and when the runtime's answer was there. */
  let extensionsFrom = 0
  let respondedAt = 0
  let whenRuntimeDone: ((ending: Ended) => void) | undefined
  const mode = spec.snapshot?.mode

  const memory = (): number => {
    const now = performance.now()
    if (!memoryMB || now - memoryAt > maxMemoryEveryMs) {
      memoryAt = now
      memoryMB = Math.max(memoryMB, instance.memoryUsedMB())
    }
    return memoryMB
  }
  const thaw = (): void => {
    if (!frozen) return
    frozen = false
    instance.thaw()
    extensions.telemetry.resume()
  }
  /** One timer looks whether the environment has been idle for long enough: setting one for each invocation would cost each. */
  const freezeIdle = (): void => {
    const left = idleSince + freezeAfterMs - performance.now()
    if (alive && !settle && left > 0) return void setTimeout(freezeIdle, Math.ceil(left)).unref()
    const waiting = freezing
    freezing = undefined
    if (alive && !settle) {
      frozen = true
      extensions.telemetry.pause()
      instance.freeze()
    }
    waiting?.resolve()
  }
  const end = (ending: Ending): void => {
    const done = settle
    settle = undefined
    if (done && ending.kind !== 'response') api.breakStream(`The function ${ending.kind === 'timeout' ? 'timed out' : 'ended'} while it streamed`)
    done?.(ending)
  }
  /** The runtime is done; with extensions, they have to be, too. */
  const finish = (ending: Ending): void => {
    if (!extensions.any) return end(ending)
    runtimeDone(ending)
    extensions.runtimeDone(() => end(ending))
  }
  const runtimeDone = (ending: Ending): void => {
    if (extensionsFrom) return
    extensionsFrom = performance.now()
    const how = ending.kind === 'exit' ? { ...ending, outOfMemory: instance.outOfMemory() } : ending
    const heard = whenRuntimeDone
    // What was printed before is on its way in the same turn of the event loop.
    setImmediate(() => heard?.(how))
  }
  const beginInvocation = (invocation: Invocation): void => {
    extensionsFrom = respondedAt = 0
    const { requestId, traceHeader } = invocation
    const began = Date.now()
    whenRuntimeDone = (how) => {
      const durationMs = extensionsFrom - startedAt
      const responded = respondedAt ? { respondedMs: respondedAt - startedAt } : {}
      tell({ type: 'runtimeDone', requestId, traceHeader, startedAt: began, durationMs, ...responded, ending: how })
      if (how.kind === 'response' || how.kind === 'error') invocation.onAnswer?.({ durationMs, maxMemoryUsedMB: Math.min(memory(), spec.memoryMB), ...how })
    }
    extensions.invoke(invocation)
  }
  const variables = { ...spec.environment, AWS_LAMBDA_RUNTIME_API: address, ...rootsOf(instance) }
  const api = openRuntimeApi({
    assignment: () => {
      const roots = { taskRoot: instance.taskRoot, layersRoot: instance.layersRoot, sdkRoot: instance.sdkRoot }
      // Its script had the variables and may have changed them, the handler's name among them.
      if (isWrapped(spec)) return { environment: {}, ...roots, ...mode === 'take' && { snapshot: true } }
      if (!extensions.any) startedAt = performance.now()
      return { environment: variables, handler: spec.handler, ...roots, ...mode === 'take' && { snapshot: true } }
    },
    launch: () => {
      if (!extensions.any) startedAt = performance.now()
      const environment = {
        PATH: launchPath, LD_LIBRARY_PATH: `${instance.taskRoot}:${instance.taskRoot}/lib:${instance.layersRoot}/lib`, ...variables, _HANDLER: spec.handler,
      }
      const { script, error } = launchOf(spec, environment, { task: instance.taskRoot, layers: instance.layersRoot, runtimes: instance.runtimesRoot })
      if (error) answer = { kind: 'error', errorType: error.errorType, payload: Buffer.from(JSON.stringify(error)) }
      return script
    },
    // A response counts when the runtime asks for its next work: until then callbacks may still run, and the time-out holds.
    next: () => {
      const ending = answer
      answer = undefined
      if (ending) finish(ending)
      else if (initializing) finish({ kind: 'response', payload: new Uint8Array() })
    },
    response: (payload) => {
      if (extensions.any) respondedAt = performance.now()
      answer = { kind: 'response', payload }
    },
    error: (errorType, payload) => {
      if (extensions.any) respondedAt = performance.now()
      answer = { kind: 'error', errorType, payload }
    },
    initError: (errorType, payload) => { answer = { kind: 'error', errorType, payload } },
    // A runtime that ended closes its connection before its exit code is known; one that only closed it is ended.
    closed: () => { if (alive) void endClosed(instance, extensions.any ? () => instance.kill() : () => instance.destroy()) },
    ...mode === 'take' && { checkpoint: () => finish({ kind: 'response', payload: new Uint8Array() }) },
    ...mode === 'restore' && { restored: () => { restoredAt = performance.now() } },
    other: (request, connection) => serveCredentials(spec, request, connection) || extensions.handle(request, connection),
    gone: (connection) => extensions.gone(connection),
  })
  let initializing = true
  /** Of a restored environment. */
  let restoredAt = 0
  let unusable: Error | undefined
  const restore = (): void => {
    startedAt = performance.now()
    instance.restore!().catch((error: Error) => {
      unusable = error
      end({ kind: 'exit', code: null, signal: null })
    })
  }
  const tell = (event: SandboxEvent): void => {
    const record = spec.onEvent?.(event)
    if (record) extensions.telemetry.platform(record)
  }
  const extensions = openExtensions({
    instance, spec, variables, tell,
    fail: (failure) => {
      // What ended it was the limit of all: it is known by that.
      if (settle) return end(instance.outOfMemory() ? { kind: 'exit', code: null, signal: 'SIGKILL' } : failure)
      // Between invocations nobody waits for it: who comes next gets another environment.
      alive = false
      void retire('FAILURE')
    },
  })
  /** Resolves when nothing is left; with extensions that is not waited for, for they have their time to end. */
  const retire = async (reason: ShutdownReason): Promise<void> => {
    alive = false
    if (!extensions.any) return instance.destroy()
    thaw()
    retiring ??= extensions.shutdown(reason).catch(() => instance.destroy())
  }
  onApi(api)
  if (spec.begun) extensions.telemetry.platform(spec.begun)

  const said = (line: string, at: number): void | Promise<void> => {
    if (extensions.telemetry.open) extensions.telemetry.line('function', line, at)
    return spec.onOutput(line, at)
  }
  readFrames(instance.logs, said)
  readLines(instance.stdout, said)
  readLines(instance.stderr, said)
  const check = (): void => instance.check()
  void instance.exited.then((how) => {
    exit = how
    alive = false
    working.delete(check)
    if (!settle && extensions.any) void retire('FAILURE')
    // Errors that the runtime reported before it ended say more than its exit code.
    setImmediate(() => end(answer?.kind === 'error' ? answer : { kind: 'exit', ...how }))
  })

  const outcome = async (run: () => void, timeoutMs: number): Promise<Outcome> => {
    watch(check)
    const ending = await new Promise<Ending>((resolve) => {
      const timer = setTimeout(() => end({ kind: 'timeout' }), timeoutMs)
      settle = (how) => {
        clearTimeout(timer)
        resolve(how)
      }
      run()
    })
    const durationMs = performance.now() - startedAt
    working.delete(check)
    const extensionsMs = extensionsFrom ? startedAt + durationMs - extensionsFrom : undefined
    if (extensions.any) runtimeDone(ending)
    if (ending.kind === 'timeout' || ending.kind === 'extension') await retire(ending.kind === 'timeout' ? 'TIMEOUT' : 'FAILURE')
    // What was printed before the answer is on its way in the same turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    // An init that went well is asked by nobody for its memory, and its first invocation waits.
    const usedMB = initializing && ending.kind === 'response' ? 0 : memory()
    const measured: Pick<Outcome, 'durationMs' | 'maxMemoryUsedMB' | 'extensionsMs'> = { durationMs, maxMemoryUsedMB: Math.min(usedMB, spec.memoryMB) }
    if (extensionsMs !== undefined) measured.extensionsMs = extensionsMs
    if (ending.kind !== 'exit') return { ...measured, ...ending }
    await retire('FAILURE')
    const outOfMemory = instance.outOfMemory()
    return { ...measured, maxMemoryUsedMB: outOfMemory ? spec.memoryMB : measured.maxMemoryUsedMB, ...ending, outOfMemory }
  }

  whenRuntimeDone = (how) => tell({ type: 'initRuntimeDone', ending: how })
  const init = await outcome(() => {
    if (mode === 'restore') return restore()
    if (!extensions.any) return api.serve(instance.channel, true)
    // Init begins with the extensions: the runtime gets its function when all of them are registered.
    startedAt = performance.now()
    extensions.launch(() => api.serve(instance.channel, true))
  }, spec.initTimeoutMs)
  initializing = false
  if (unusable) throw unusable
  const afterRestoreMs = restoredAt ? startedAt + init.durationMs - restoredAt : undefined
  extensions.initEnded()
  const initError = init.kind === 'response' ? undefined : init
  if (mode === 'take' && !initError) await instance.checkpoint!()
  else instance.initEnded()
  if (initError || mode === 'take') await retire('FAILURE')

  return {
    id: instance.id,
    initDurationMs: init.durationMs,
    ...(initError ? { initError } : {}), ...afterRestoreMs !== undefined && { afterRestoreMs },
    get alive() { return alive },
    get extended() { return extensions.any },
    get heard() { return extensions.telemetry.open },
    tell: (record) => extensions.telemetry.platform(record),
    async invoke(invocation: Invocation): Promise<Outcome> {
      if (initError) return initError
      if (settle) throw new Error(`Environment ${instance.id} is busy: it serves one invocation at a time`)
      if (!alive) return { kind: 'exit', durationMs: 0, maxMemoryUsedMB: memoryMB, outOfMemory: instance.outOfMemory(), code: null, signal: null, ...exit }
      return outcome(() => {
        thaw()
        startedAt = performance.now()
        if (extensions.any) beginInvocation(invocation)
        api.dispatch(invocation)
        // While the runtime works; what it has at the end is asked again where that is later.
        memory()
      }, invocation.timeoutMs)
    },
    async freeze() {
      if (!alive || settle || frozen) return
      idleSince = performance.now()
      if (!freezing) {
        freezing = Promise.withResolvers()
        setTimeout(freezeIdle, freezeAfterMs).unref()
      }
      return freezing.promise
    },
    async stop() {
      if (alive) thaw()
      await retire('SPINDOWN')
      await retiring
    },
  }
}

/**
 * Ends an instance whose connection is closed. On a busy machine its exit code takes its time: it is waited for as long as nothing of the runtime is
 * left that could run.
 */
async function endClosed(instance: Instance, end: () => unknown): Promise<void> {
  let exited = false
  void instance.exited.then(() => { exited = true })
  const began = performance.now()
  const patience = (): number => instance.running() ? closedGraceMs : exitGraceMs
  while (!exited && performance.now() - began < patience()) await Promise.race([instance.exited, new Promise((resolve) => setTimeout(resolve, closedGraceMs))])
  await end()
}

function rootsOf(instance: Instance): Record<string, string> {
  return { LAMBDA_TASK_ROOT: instance.taskRoot }
}
