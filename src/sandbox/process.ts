import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { SandboxError } from '../contracts/sandbox.ts'
import type { FunctionSpec, Runtime } from '../contracts/sandbox.ts'
import type { Driver, Exit, Extension, Instance } from './driver.ts'
import { extensionPath } from './extension-programs.ts'
import { isWrapped } from './launch.ts'
import { forget, remember } from './orphans.ts'
import { commandOf } from './runtimes.ts'

/**
 * Plain child processes, on any platform. This does not isolate: a function sees the host's files, network and processes as Fogbank's own user does,
 * /tmp is the
 * host's, /opt and /var/task are not there (LAMBDA_TASK_ROOT says where the code is). Memory is looked at twenty times a second; CPU is not limited.
 */
export function processDriver(options: { folder: string, runtimesFolder: string }): Driver {
  const live = new Set<Instance>()
  return {
    ownNetwork: false,
    async launch(runtime: Runtime, spec: FunctionSpec): Promise<Instance> {
      if (spec.fileSystem) throw new SandboxError('start-failed', `A file system at ${spec.fileSystem.at} needs isolated sandboxes: see \`fogbank doctor\`.`)
      const id = randomUUID()
      const temporary = join(options.folder, id, 'tmp')
      mkdirSync(temporary, { recursive: true })
      const { command, args } = commandOf(runtime, options.runtimesFolder, { wrapped: isWrapped(spec) })
      const child = spawnMortal(command, args, {
        cwd: spec.codeFolder, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
        env: { TZ: ':UTC', LANG: 'en_US.UTF-8', PATH: '/usr/local/bin:/usr/bin:/bin', TMPDIR: temporary, ...spec.environment },
      })
      if (child.pid === undefined) {
        const why = await new Promise<Error>((resolve) => child.once('error', resolve))
        rmSync(join(options.folder, id), { recursive: true, force: true })
        throw new SandboxError('start-failed', `${runtime.name} did not start: ${why.message}`)
      }
      remember(options.folder, id, child.pid)
      const beside: Beside[] = []
      const startExtension = (name: string, environment: Record<string, string>): Extension => {
        const started = startBeside(extensionPath(spec, name), {
          TZ: ':UTC', LANG: 'en_US.UTF-8', PATH: `${dirname(runtime.executable)}:/usr/local/bin:/usr/bin:/bin`, TMPDIR: temporary, ...environment,
        })
        if (started.pid !== undefined) remember(options.folder, `${id}-${beside.length}`, started.pid)
        beside.push(started)
        return started
      }
      const instance = instanceOf({ id, child, spec, runtimesRoot: options.runtimesFolder, beside, startExtension }, () => {
        live.delete(instance)
        for (const n of beside.keys()) forget(options.folder, `${id}-${n}`)
        forget(options.folder, id)
        rmSync(join(options.folder, id), { recursive: true, force: true })
      })
      live.add(instance)
      return instance
    },
    async close() {
      await Promise.all([...live].map((instance) => instance.destroy()))
    },
  }
}

let mortal: boolean | undefined

/** A frozen process would outlive a Fogbank that is killed, also one of a temporary folder that has no next start: where it can, the kernel ends it. */
function spawnMortal(command: string, args: string[], options: SpawnOptions): ChildProcess {
  const setpriv = ['--pdeathsig', 'KILL', '--']
  mortal ??= process.platform === 'linux' && spawnSync('/usr/bin/setpriv', [...setpriv, '/bin/true'], { stdio: 'ignore' }).status === 0
  return mortal ? spawn('/usr/bin/setpriv', [...setpriv, command, ...args], options) : spawn(command, args, options)
}

interface Beside extends Extension { pid: number | undefined, signal(name: NodeJS.Signals): void }

/** An extension, in a process group of its own. */
function startBeside(path: string, env: Record<string, string>): Beside {
  const child = spawnMortal(path, [], { cwd: '/', detached: true, stdio: ['ignore', 'pipe', 'pipe'], env })
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', () => resolve({ code: 127, signal: null }))
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const signal = (name: NodeJS.Signals): void => {
    try { if (child.pid) process.kill(-child.pid, name) } catch { /* The group is gone. */ }
  }
  return { pid: child.pid, stdout: child.stdout!, stderr: child.stderr!, exited, signal, kill: () => signal('SIGKILL') }
}

interface Parts {
  id: string
  child: ChildProcess
  spec: FunctionSpec
  runtimesRoot: string
  beside: Beside[]
  startExtension: Instance['startExtension']
}

function instanceOf({ id, child, spec, runtimesRoot, beside, startExtension }: Parts, onGone: () => void): Instance {
  let overLimit = false
  let peakMB = 0
  let stopped = false
  const debugged = /--inspect\b/.test(spec.environment.NODE_OPTIONS ?? '')
  const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
  const signalGroup = (signal: NodeJS.Signals): void => {
    try { process.kill(-child.pid!, signal) } catch { /* The group is gone. */ }
  }
  const signalAll = (signal: NodeJS.Signals): void => {
    signalGroup(signal)
    for (const one of beside) one.signal(signal)
  }
  let gone: Promise<void> | undefined
  const usedMB = (): number => {
    peakMB = Math.max(peakMB, residentMB(child.pid!))
    return peakMB
  }
  return {
    id,
    channel: child.stdio[3] as Socket,
    logs: child.stdio[4] as Readable,
    stdout: child.stdout!,
    stderr: child.stderr!,
    taskRoot: spec.codeFolder,
    layersRoot: spec.layersFolder ?? '/opt',
    runtimesRoot,
    exited,
    running: () => runs(child.pid),
    outOfMemory: () => overLimit,
    memoryUsedMB: usedMB,
    check() {
      if (usedMB() <= Math.max(spec.memoryMB, 128) || overLimit) return
      overLimit = true
      signalGroup('SIGKILL')
    },
    initEnded() {},
    freeze() {
      // A debugger finds nobody in a process that stands still.
      if (debugged) return
      stopped = true
      signalAll('SIGSTOP')
    },
    thaw() {
      if (stopped) signalAll('SIGCONT')
      stopped = false
    },
    terminate: () => { try { child.kill('SIGTERM') } catch { /* It is gone. */ } },
    kill: () => signalGroup('SIGKILL'),
    startExtension,
    connect: async (port) => connect({ host: '127.0.0.1', port, noDelay: true }),
    destroy() {
      gone ??= (async () => {
        signalAll('SIGKILL')
        await Promise.all([exited, ...beside.map((one) => one.exited)])
        // Children that outlived the runtime are still in its group.
        signalAll('SIGKILL')
        onGone()
      })()
      return gone
    },
  }
}

/** Whether a process is there and has not ended; without /proc, whether it is there. */
export function runs(pid: number | undefined): boolean {
  if (pid === undefined) return false
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    if (process.platform === 'linux') return false
  }
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Peak resident memory of a process, where /proc tells it; 0 elsewhere. */
export function residentMB(pid: number | undefined): number {
  try {
    const line = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))
    return line ? Number(line[1]) / 1024 : 0
  } catch {
    return 0
  }
}
