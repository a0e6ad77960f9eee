import { existsSync, readdirSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { SandboxError } from '../contracts/sandbox.ts'
import type { Environment, FunctionSpec, Invocation, Outcome, Runtime } from '../contracts/sandbox.ts'
import type { Driver, Exit, Instance } from './driver.ts'
import { readFrames, readLines } from './output.ts'
import { launchOf } from './launch.ts'
import { apiPort, listenHere, openRuntimeApi } from './runtime-api.ts'
import type { RuntimeApi } from './runtime-api.ts'

/** Without extensions AWS kills at once; a runtime that handles SIGTERM gets this long. */
const terminateGraceMs = 300
const closedGraceMs = 200
const exitGraceMs = 5000
const checkEveryMs = 50
const maxMemoryEveryMs = 250
/** Freezing and thawing cost some 0.15 ms: under a steady load they are not paid, and what a function leaves running has this much CPU at most. */
const freezeAfterMs = 25

const launchPath = '/usr/local/bin:/usr/bin:/bin:/opt/bin'

type Ending = { kind: 'response', payload: Uint8Array } | {
  kind: 'error', errorType: string, payload: Uint8Array,
} | { kind: 'timeout' } | ({ kind: 'exit' } & Exit)

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
  const instance = await driver.launch(runtime, launching).catch((error: unknown) => {
    server?.close()
    throw error
  })
  void instance.exited.then(() => server?.close())
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
  let working = true
  let alive = true
  let settle: ((ending: Ending) => void) | undefined
  let answer: Ending | undefined
  let exit: Exit | undefined
  let memoryAt = 0
  let memoryMB = 0
  let frozen = false
  let wake: (() => void) | undefined

  const memory = (): number => {
    const now = performance.now()
    if (!memoryMB || now - memoryAt > maxMemoryEveryMs) {
      memoryAt = now
      memoryMB = Math.max(memoryMB, instance.memoryUsedMB())
    }
    return memoryMB
  }
  const thaw = (): void => {
    if (frozen) instance.thaw()
    frozen = false
  }
  const end = (ending: Ending): void => {
    const done = settle
    settle = undefined
    if (done && ending.kind !== 'response') api.breakStream(`The function ${ending.kind === 'timeout' ? 'timed out' : 'ended'} while it streamed`)
    done?.(ending)
  }
  const variables = { ...spec.environment, AWS_LAMBDA_RUNTIME_API: address, ...rootsOf(instance) }
  const api = openRuntimeApi({
    assignment: () => {
      startedAt = performance.now()
      return { environment: variables, handler: spec.handler, taskRoot: instance.taskRoot, layersRoot: instance.layersRoot }
    },
    launch: () => {
      startedAt = performance.now()
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
      if (ending) end(ending)
      else if (initializing) end({ kind: 'response', payload: new Uint8Array() })
    },
    response: (payload) => { answer = { kind: 'response', payload } },
    error: (errorType, payload) => { answer = { kind: 'error', errorType, payload } },
    initError: (errorType, payload) => { answer = { kind: 'error', errorType, payload } },
    // A runtime that ended closes its connection before its exit code is known; one that only closed it is ended.
    closed: () => { if (alive) void endClosed(instance) },
  })
  let initializing = true
  onApi(api)

  // What does not run is said where the function's author looks.
  const extensions = spec.layersFolder && join(spec.layersFolder, 'extensions')
  if (extensions && existsSync(extensions)) {
    const names = readdirSync(extensions).join(', ')
    void spec.onOutput(`EXTENSION\tExternal extensions are not supported by this cloud yet and were not started: ${names}`, Date.now())
  }
  readFrames(instance.logs, spec.onOutput)
  readLines(instance.stdout, spec.onOutput)
  readLines(instance.stderr, spec.onOutput)
  const checks = setInterval(() => { if (working) instance.check() }, checkEveryMs)
  checks.unref()
  void instance.exited.then((how) => {
    exit = how
    alive = false
    clearInterval(checks)
    // Errors that the runtime reported before it ended say more than its exit code.
    setImmediate(() => end(answer?.kind === 'error' ? answer : { kind: 'exit', ...how }))
  })

  const outcome = async (run: () => void, timeoutMs: number): Promise<Outcome> => {
    working = true
    const ending = await new Promise<Ending>((resolve) => {
      const timer = setTimeout(() => end({ kind: 'timeout' }), timeoutMs)
      settle = (how) => {
        clearTimeout(timer)
        resolve(how)
      }
      run()
    })
    const durationMs = performance.now() - startedAt
    working = false
    if (ending.kind === 'timeout') {
      alive = false
      await instance.destroy()
    }
    // What was printed before the answer is on its way in the same turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    const measured = { durationMs, maxMemoryUsedMB: Math.min(memory(), spec.memoryMB) }
    if (ending.kind !== 'exit') return { ...measured, ...ending }
    await instance.destroy()
    const outOfMemory = instance.outOfMemory()
    return { ...measured, maxMemoryUsedMB: outOfMemory ? spec.memoryMB : measured.maxMemoryUsedMB, ...ending, outOfMemory }
  }

  const init = await outcome(() => api.serve(instance.channel, true), spec.initTimeoutMs)
  initializing = false
  instance.initEnded()
  const initError = init.kind === 'response' ? undefined : init
  if (initError) {
    alive = false
    await instance.destroy()
  }

  return {
    id: instance.id,
    initDurationMs: init.durationMs,
    ...(initError ? { initError } : {}),
    get alive() { return alive },
    async invoke(invocation: Invocation): Promise<Outcome> {
      if (initError) return initError
      if (settle) throw new Error(`Environment ${instance.id} is busy: it serves one invocation at a time`)
      if (!alive) return { kind: 'exit', durationMs: 0, maxMemoryUsedMB: memoryMB, outOfMemory: instance.outOfMemory(), code: null, signal: null, ...exit }
      return outcome(() => {
        wake?.()
        thaw()
        startedAt = performance.now()
        api.dispatch(invocation)
      }, invocation.timeoutMs)
    },
    async freeze() {
      if (!alive || settle || frozen || wake) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, freezeAfterMs).unref()
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      wake = undefined
      if (!alive || settle) return
      frozen = true
      instance.freeze()
    },
    async stop() {
      wake?.()
      if (alive) {
        thaw()
        instance.terminate()
        await Promise.race([instance.exited, new Promise((resolve) => setTimeout(resolve, terminateGraceMs))])
      }
      alive = false
      await instance.destroy()
    },
  }
}

/**
 * Ends an instance whose connection is closed. On a busy machine its exit code takes its time: it is waited for as long as nothing of the runtime is
 * left that could run.
 */
async function endClosed(instance: Instance): Promise<void> {
  let exited = false
  void instance.exited.then(() => { exited = true })
  const began = performance.now()
  const patience = (): number => instance.running() ? closedGraceMs : exitGraceMs
  while (!exited && performance.now() - began < patience()) await Promise.race([instance.exited, new Promise((resolve) => setTimeout(resolve, closedGraceMs))])
  await instance.destroy()
}

function rootsOf(instance: Instance): Record<string, string> {
  return { LAMBDA_TASK_ROOT: instance.taskRoot }
}
