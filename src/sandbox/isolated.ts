import { randomUUID } from 'node:crypto'
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SandboxError } from '../contracts/sandbox.ts'
import type { FunctionSpec, Runtime } from '../contracts/sandbox.ts'
import { clearAbandoned, findCgroups, makeCgroup, removeCgroups } from './cgroups.ts'
import type { Cgroup, CgroupHost } from './cgroups.ts'
import { connectBeside, endCompanions, endOf, startCompanion } from './companions.ts'
import { fileSystemUid, firstUid, passwdOf, reasonOf, startSandboxed, startVariables, uidsMax, writeBase } from './confine.ts'
import type { Start } from './confine.ts'
import { probeCheckpoints } from './criu.ts'
import type { Driver, Exit, Instance } from './driver.ts'
import { findExtensions } from './extension-programs.ts'
import { bindFunction, closeInternet, furnish, internetGiver, mirrors, serveEndpoints } from './furnish.ts'
import type { InternetOptions, Listening, Sandbox, Usual } from './furnish.ts'
import { isWrapped } from './launch.ts'
import { firstChild, shareFolder, slotsName, unmount, unmountAbandoned, unmountLater } from './linux.ts'
import { forget, remember } from './orphans.ts'
import { warmPool } from './pool.ts'
import { residentMB, runs } from './process.ts'
import { sdkRoot } from './sdk.ts'
import type { Sdk } from './sdk.ts'
import { checkSnapshot, restoredInstance, takenInstance } from './snapshots.ts'
import type { Child } from './spawn.ts'

export interface IsolatedOptions extends InternetOptions {
  folder: string
  runtimesFolder: string
  sdk: Sdk
  /** Root: code is mounted into started sandboxes, and each has a user id of its own. */
  privileged: boolean
  /** PATH, on which criu is looked for. */
  path: string
  /** Started runtimes kept waiting for each executable; 0 starts every sandbox when it is asked for. */
  poolSize: number
}

const processesMax = 1024
const startTimeoutMs = 10_000
const endTimeoutMs = 5000
const megabyte = 1024 * 1024
/** AWS gives one CPU at this size and shares of it below and above. */
const memoryMBPerCpu = 1769

/** Sandboxes: namespaces, control groups, seccomp, a file system of the function's own and no network. What it promises is in README.md. */
export function isolatedDriver(options: IsolatedOptions): Driver {
  const base = join(options.folder, 'base')
  const slots = join(options.folder, slotsName(process.pid))
  mkdirSync(slots, { recursive: true })
  writeBase(base)
  const cgroups = findCgroups()
  clearAbandoned(cgroups)
  if (options.privileged) {
    unmountAbandoned()
    shareFolder(slots)
  }
  const uids = firstUid()
  let closed = false
  /** What criu knows of the kernel is beside the files that all sandboxes share. */
  let featured = false
  const live = new Set<Sandbox>()
  /** Of sandboxes that ended, nothing runs any more; their mounts and folders go beside. */
  const tidying = new Set<Promise<void>>()

  /** What functions were given last: one that waits in the pool has it already. */
  let usual: Usual = { ports: [], internet: false }
  const giveInternet = internetGiver(options)
  const bindReadOnly = options.privileged ? mirrors(slots) : undefined

  function start(runtime: Runtime, spec: FunctionSpec | undefined, how: { waits?: boolean, snapshot?: 'take' | 'restore' | undefined } = {}): Sandbox {
    // All that come from one snapshot have the user that it was taken of.
    const uid = spec?.fileSystem && options.privileged ? giveFileSystem(spec.fileSystem)
      : spec?.snapshot ? fileSystemUid(spec.snapshot.folder) : uids + started++ % uidsMax
    const place = { base, slots, cgroups, uid, waits: false, ...how }
    const sandbox = startSandbox(options, place, runtime, spec, (tidied) => {
      live.delete(sandbox)
      tidying.add(tidied)
      // What stays is ended with the driver, or by the next one.
      void tidied.catch(() => {}).finally(() => tidying.delete(tidied))
    })
    live.add(sandbox)
    if (!spec) sandbox.ready = sandbox.ready.then(() => furnish(sandbox, usual, giveInternet))
    return sandbox
  }
  const size = options.privileged ? options.poolSize : 0
  const pool = warmPool({ size, start: (runtime, waits) => start(runtime, undefined, { waits }) })
  /** Sandboxes into which snapshots are restored: whatever function it is, nothing of its runtime runs in them before. */
  const emptyPool = warmPool({ size, start: (runtime) => start(runtime, undefined, { snapshot: 'restore' }) })

  function sandboxFor(runtime: Runtime, spec: FunctionSpec, plain: boolean): Sandbox {
    if (!spec.snapshot) return plain ? pool.take(runtime) : start(runtime, spec)
    if (spec.snapshot.mode === 'take') return start(runtime, spec, { snapshot: 'take' })
    const sandbox = emptyPool.take(runtime)
    writeFileSync(sandbox.begun.passwd, passwdOf(fileSystemUid(spec.snapshot.folder)))
    return sandbox
  }

  return {
    ownNetwork: true,
    async launch(runtime, spec) {
      const plain = options.privileged && spec.network !== 'host' && !Object.keys(startVariables(spec.environment)).length && !spec.fileSystem
        && !isWrapped(spec)
      const checkpoints = spec.snapshot && await probeCheckpoints(options.path)
      if (checkpoints) {
        checkSnapshot(spec, checkpoints, options.privileged)
        if (!featured) writeFileSync(join(base, 'criu.kdat'), checkpoints.features)
        featured = true
      }
      const sandbox = sandboxFor(runtime, spec, plain)
      try {
        await sandbox.ready
        if (bindReadOnly) bindFunction(sandbox, spec, bindReadOnly)
        if (plain || spec.snapshot?.mode === 'restore') usual = { ports: spec.endpoints.map(({ port }) => port), internet: spec.network === 'internet' }
        if (spec.network === 'internet') giveInternet(sandbox)
        else closeInternet(sandbox)
        await serveEndpoints(sandbox, spec, options.privileged)
        if (!checkpoints?.works) return instanceOf(sandbox, spec)
        const snapshotInstance = spec.snapshot?.mode === 'take' ? takenInstance : restoredInstance
        return await snapshotInstance(checkpoints, sandbox, spec, (pidOf) => instanceOf(sandbox, spec, pidOf))
      } catch (error) {
        await sandbox.destroy()
        throw error instanceof SandboxError ? error : new SandboxError('start-failed', `No sandbox for ${runtime.name}: ${(error as Error).message}`)
      }
    },
    prepare: (runtime) => pool.prepare(runtime),
    async close() {
      pool.close()
      emptyPool.close()
      await Promise.all([...live].map((sandbox) => sandbox.destroy()))
      await Promise.allSettled(tidying)
      if (closed) return
      closed = true
      if (options.privileged) unmount(slots)
      removeCgroups(cgroups)
      rmSync(base, { recursive: true, force: true })
      rmSync(slots, { recursive: true, force: true })
    },
  }
}

/** Makes the folder of a file system, and answers the user to whom it and all in it belong: sandboxes that share it share its user. */
function giveFileSystem({ folder, name }: NonNullable<FunctionSpec['fileSystem']>): number {
  const uid = fileSystemUid(name)
  mkdirSync(folder, { recursive: true, mode: 0o711 })
  chownSync(folder, uid, uid)
  return uid
}

/** Of all drivers of this process: no two live sandboxes share a user id. */
let started = 0

interface Place { base: string, slots: string, cgroups: CgroupHost, uid: number, waits: boolean, snapshot?: 'take' | 'restore' | undefined }

function startSandbox(
  options: IsolatedOptions, place: Place, runtime: Runtime, spec: FunctionSpec | undefined, onEnded: (tidied: Promise<void>) => void,
): Sandbox {
  const id = randomUUID()
  const slot = join(place.slots, id)
  mkdirSync(slot)
  for (const name of ['task', 'opt', 'tmp']) mkdirSync(join(slot, name))
  const passwd = join(slot, 'passwd')
  writeFileSync(passwd, passwdOf(place.uid))
  const cgroup = makeCgroup(place.cgroups, id, processesMax)
  const begun: Start = {
    runtime, runtimesFolder: options.runtimesFolder, sdk: options.sdk, waits: place.waits, wrapped: spec !== undefined && isWrapped(spec),
    baseFolder: place.base, passwd, uid: place.uid, privileged: options.privileged,
    folders: options.privileged || !spec ? { slot } : {
      code: spec.codeFolder, layers: spec.layersFolder,
      // A /tmp in memory is nowhere but in the sandbox that made it: extensions could not have it, too.
      temporary: findExtensions(spec).length ? { folder: join(slot, 'tmp') } : { sizeMB: spec.ephemeralStorageMB },
    },
    network: spec?.network ?? 'none', variables: spec ? startVariables(spec.environment) : {}, groups: cgroup,
    ...spec?.fileSystem && { fileSystem: spec.fileSystem }, ...place.snapshot && { snapshot: place.snapshot },
  }
  if (begun.fileSystem && !options.privileged) mkdirSync(begun.fileSystem.folder, { recursive: true })
  const child = startSandboxed(begun, join(slot, 'start'))
  const exited = child.exited.then(endOf)
  const remembered = child.spawned.then(() => { if (child.pid !== undefined) remember(options.folder, id, child.pid, cgroup.folders) })
  const mounted: string[] = []
  const servers = new Map<number, Listening>()
  let gone: Promise<void> | undefined
  const sandbox: Sandbox = {
    id, child, cgroup, slot, exited, mounted, servers, temporaryMB: 0, begun, companions: new Set(),
    ready: asksForWork(child, exited),
    destroy() {
      gone ??= (async () => {
        await remembered
        for (const { server } of servers.values()) server.close()
        closeInternet(sandbox)
        await endProcesses(child, cgroup, exited)
        await endCompanions(sandbox)
        forget(options.folder, id)
        onEnded((async () => {
          for (const target of mounted.reverse()) await unmountLater(target)
          // In another thread: a folder on which something was mounted makes whoever removes it wait for the kernel.
          await rm(slot, { recursive: true, force: true })
        })())
      })()
      return gone
    },
  }
  return sandbox
}

/** Resolves at the first byte on the Runtime API's connection, which stays unread; rejects where the sandbox ended before. */
async function asksForWork(child: Child, exited: Promise<Exit>): Promise<void> {
  const { channel } = child
  let timer: NodeJS.Timeout | undefined
  let onReadable = (): void => {}
  const asked = new Promise<'asked'>((resolve) => {
    onReadable = () => resolve('asked')
    channel.once('readable', onReadable)
  })
  const late = new Promise<'late'>((resolve) => { timer = setTimeout(() => resolve('late'), startTimeoutMs) })
  const how = await Promise.race([asked, exited, late])
  clearTimeout(timer)
  channel.removeListener('readable', onReadable)
  // The stream forgets in the next turn that it was read by hand.
  await new Promise((resolve) => setImmediate(resolve))
  // It may have been faster than the thread that started it, which knows its process number.
  if (how === 'asked' && channel.readableLength > 0) return void await child.spawned
  const said = how === 'late' ? `nothing was heard of it for ${startTimeoutMs / 1000} s` : await reasonOf(child)
  throw new SandboxError('start-failed', `A sandbox did not start: ${said}`)
}

function instanceOf(sandbox: Sandbox, spec: FunctionSpec, pidOf = (): number | undefined => runtimePid(sandbox.child)): Instance {
  const { child, cgroup } = sandbox
  let overLimit = false
  let kills = 0
  let peakMB = 0
  let pid: number | undefined
  // Files in /tmp count as memory of the group. The kernel keeps the sum; check() keeps the function's own part, some times a second.
  cgroup.limitMemory((spec.memoryMB + spec.ephemeralStorageMB) * megabyte)
  const residentPeakMB = (): number => residentMB(pid ??= pidOf())
  const usedMB = (): number => {
    const bytes = cgroup.memoryBytes()
    peakMB = Math.max(peakMB, bytes === undefined ? residentPeakMB() : bytes / megabyte)
    return peakMB
  }
  const destroy = (): Promise<void> => {
    kills = Math.max(kills, cgroup.outOfMemoryKills())
    return sandbox.destroy()
  }
  const signal = (name: NodeJS.Signals): void => {
    pid ??= pidOf()
    try { if (pid) process.kill(pid, name) } catch { /* It is gone. */ }
  }
  void sandbox.exited.then(() => { kills = Math.max(kills, cgroup.outOfMemoryKills()) })
  return {
    id: sandbox.id,
    channel: child.channel,
    logs: child.logs,
    stdout: child.stdout,
    stderr: child.stderr,
    taskRoot: '/var/task',
    layersRoot: '/opt',
    sdkRoot,
    runtimesRoot: '/var/runtime',
    exited: sandbox.exited,
    running: () => runs(pid ??= pidOf()),
    outOfMemory: () => overLimit || kills > 0,
    // What is reported has the runtime's own program in it, as AWS's figure has; the limit does not count it, for sandboxes share its pages.
    memoryUsedMB: () => Math.max(usedMB(), residentPeakMB()),
    check() {
      const mostBytes = cgroup.memoryBytesAtMost()
      if (overLimit || (mostBytes !== undefined && mostBytes <= spec.memoryMB * megabyte) || usedMB() <= spec.memoryMB) return
      overLimit = true
      cgroup.kill()
      killGroup(child)
    },
    initEnded: () => cgroup.limitCpu(spec.memoryMB / memoryMBPerCpu),
    freeze: () => { cgroup.freeze() },
    thaw: () => cgroup.thaw(),
    terminate: () => signal('SIGTERM'),
    kill: () => killGroup(child),
    startExtension: (name, environment) => startCompanion(sandbox, name, environment),
    connect: async (port) => connectBeside(sandbox, port),
    destroy,
  }
}

/** With a sandbox's first process ends whatever is in it; the control group is asked to kill only where somebody is left. */
async function endProcesses(child: Child, cgroup: Cgroup, exited: Promise<Exit>): Promise<void> {
  killGroup(child)
  cgroup.thaw()
  await exited
  const until = performance.now() + endTimeoutMs
  while (!cgroup.remove() && performance.now() < until) {
    cgroup.kill()
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

function killGroup(child: Child): void {
  if (child.pid === undefined) return
  try { process.kill(-child.pid, 'SIGKILL') } catch { /* It is gone. */ }
}

/** The launcher has one child, the sandbox's first process, which is the parent of the runtime. Undefined where it is gone. */
function runtimePid(child: Child): number | undefined {
  return firstChild(firstChild(child.pid))
}
