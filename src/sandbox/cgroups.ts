import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const controllers = ['memory', 'pids', 'cpu'] as const
type Controller = typeof controllers[number]
const cpuPeriodMicroseconds = 100_000

/** Where this process may make control groups. Version 1 has a tree for each controller, version 2 has one; a host may have both at once. */
export interface CgroupHost {
  /** The folder under which groups are made, for each controller that can be used. */
  folders: Partial<Record<Controller, string>>
  version: 1 | 2
  /** A version 2 tree, for cgroup.freeze and cgroup.kill: with version 1 controllers, the one beside them. */
  core?: string
  /** The version 1 freezer, where there is no `core`. A frozen process there does not die before it is thawed. */
  freezer?: string
}

export interface Cgroup {
  /**
   * What a process of one thread writes its number to in order to join the groups of version 1. Their `tasks` take a thread, at once; for `cgroup.procs` the
   * kernel holds up every fork on the machine, and the writer some 30 ms.
   */
  readonly taskFiles: string[]
  /** The group of version 2, into which a process is born. */
  readonly birthFolder: string | undefined
  readonly folders: string[]
  limitMemory(bytes: number): void
  /** In CPUs. */
  limitCpu(share: number): void
  /** Bytes in use, without the page cache and files in memory; undefined without a memory controller. */
  memoryBytes(): number | undefined
  /** Bytes in use with all of that, which is cheaper to ask. */
  memoryBytesAtMost(): number | undefined
  outOfMemoryKills(): number
  freeze(): boolean
  thaw(): void
  kill(): void
  pids(): number[]
  /** False while something of it still ends. */
  remove(): boolean
}

let found = 0

/** Finds out by trying; makes a group that holds all groups of one driver. */
export function findCgroups(): CgroupHost {
  const name = `fogbank-${process.pid}-${found++}`
  const mounts = read('/proc/self/mounts').split('\n').map((line) => line.split(' '))
  const own = read('/proc/self/cgroup').split('\n').map((line) => /^(\d+):([^:]*):(.*)$/.exec(line)).filter((line) => line !== null)
  const unified = mounts.find((mount) => mount[2] === 'cgroup2')?.[1]
  const ownUnified = own.find((line) => line[2] === '')?.[3] ?? '/'
  const legacy = (controller: string): string | undefined => {
    const mounted = mounts.find((mount) => mount[2] === 'cgroup' && mount[3]!.split(',').includes(controller))?.[1]
    const path = own.find((line) => line[2]!.split(',').includes(controller))?.[3]
    return mounted === undefined || path === undefined ? undefined : made([join(mounted, path), mounted], name)
  }
  const folders: CgroupHost['folders'] = {}
  for (const controller of controllers) {
    const folder = legacy(controller)
    if (folder) folders[controller] = folder
  }
  const core = unified === undefined ? undefined : made(parentsOf(unified, ownUnified), name)
  if (Object.keys(folders).length || !core) {
    const freezer = core ? undefined : legacy('freezer')
    return { version: 1, folders, ...(core ? { core } : {}), ...(freezer ? { freezer } : {}) }
  }
  return { version: 2, ...modern(parentsOf(unified!, ownUnified), name) }
}

/** Of version 2: a group with processes of its own cannot share its controllers out, so the nearest ancestor that can is taken. */
function modern(parents: string[], name: string): { folders: CgroupHost['folders'], core?: string } {
  let best: { folders: CgroupHost['folders'], core?: string } = { folders: {} }
  for (const parent of parents) {
    const folder = made([parent], name)
    if (!folder) continue
    for (const controller of controllers) {
      attempt(() => writeFileSync(join(parent, 'cgroup.subtree_control'), `+${controller}`))
      attempt(() => writeFileSync(join(folder, 'cgroup.subtree_control'), `+${controller}`))
    }
    const enabled = read(join(folder, 'cgroup.subtree_control')).split(/\s+/)
    const folders = Object.fromEntries(controllers.filter((controller) => enabled.includes(controller)).map((controller) => [controller, folder]))
    const better = Object.keys(folders).length > Object.keys(best.folders).length || !best.core
    const worse = better ? best.core : folder
    if (worse) attempt(() => rmdirSync(worse))
    if (better) best = { folders, core: folder }
    if (Object.keys(folders).length === controllers.length) break
  }
  return best
}

/** A group for one sandbox, with room for `processesMax` processes. */
export function makeCgroup(host: CgroupHost, id: string, processesMax: number): Cgroup {
  const at = (folder: string | undefined): string | undefined => folder === undefined ? undefined : join(folder, id)
  const memory = at(host.folders.memory)
  const pids = at(host.folders.pids)
  const cpu = at(host.folders.cpu)
  const core = at(host.core)
  const freezer = at(host.freezer)
  const folders = [...new Set([memory, pids, cpu, core, freezer].filter((folder) => folder !== undefined))]
  for (const folder of folders) mkdirSync(folder)
  if (pids) writeFileSync(join(pids, 'pids.max'), String(processesMax))
  const first = host.version === 1
  const birthFolder = first ? core : folders[0]
  const taskFiles = folders.filter((folder) => folder !== birthFolder).map((folder) => join(folder, 'tasks'))
  const cachePattern = first ? /^total_cache (\d+)/m : /^file (\d+)/m
  return {
    taskFiles, birthFolder,
    folders,
    limitMemory(bytes) {
      if (!memory) return
      writeFileSync(join(memory, first ? 'memory.limit_in_bytes' : 'memory.max'), String(bytes))
      // Swap would make the limit a slow one.
      attempt(() => writeFileSync(join(memory, first ? 'memory.memsw.limit_in_bytes' : 'memory.swap.max'), first ? String(bytes) : '0'))
    },
    limitCpu(share) {
      if (!cpu) return
      const quota = Math.max(1000, Math.round(share * cpuPeriodMicroseconds))
      // A sandbox that just ended has no group any more.
      attempt(() => writeFileSync(join(cpu, first ? 'cpu.cfs_quota_us' : 'cpu.max'), first ? String(quota) : `${quota} ${cpuPeriodMicroseconds}`))
    },
    memoryBytes() {
      if (!memory) return undefined
      const all = Number(read(join(memory, first ? 'memory.usage_in_bytes' : 'memory.current')))
      return Math.max(0, all - Number(cachePattern.exec(read(join(memory, 'memory.stat')))?.[1] ?? 0))
    },
    memoryBytesAtMost: () => memory ? Number(read(join(memory, first ? 'memory.usage_in_bytes' : 'memory.current'))) : undefined,
    outOfMemoryKills: () => memory ? Number(/^oom_kill (\d+)/m.exec(read(join(memory, first ? 'memory.oom_control' : 'memory.events')))?.[1] ?? 0) : 0,
    freeze() {
      if (core) return attempt(() => writeFileSync(join(core, 'cgroup.freeze'), '1'))
      return freezer !== undefined && attempt(() => writeFileSync(join(freezer, 'freezer.state'), 'FROZEN'))
    },
    thaw() {
      if (core) attempt(() => writeFileSync(join(core, 'cgroup.freeze'), '0'))
      else if (freezer) attempt(() => writeFileSync(join(freezer, 'freezer.state'), 'THAWED'))
    },
    kill() {
      if (freezer) attempt(() => writeFileSync(join(freezer, 'freezer.state'), 'THAWED'))
      if (core && attempt(() => writeFileSync(join(core, 'cgroup.kill'), '1'))) return
      for (const pid of pidsOf(folders[0])) attempt(() => process.kill(pid, 'SIGKILL'))
    },
    pids: () => pidsOf(folders[0]),
    remove: () => folders.map((folder) => attempt(() => rmdirSync(folder)) || !existsSync(folder)).every(Boolean),
  }
}

/** Removes the groups that findCgroups() made. */
export function removeCgroups(host: CgroupHost): void {
  for (const folder of new Set([...Object.values(host.folders), host.core, host.freezer])) if (folder) attempt(() => rmdirSync(folder))
}

/** Removes the groups of every Fogbank that is gone: one with a temporary data folder has no next start that would. */
export function clearAbandoned(host: CgroupHost): void {
  for (const folder of new Set([...Object.values(host.folders), host.core, host.freezer])) {
    if (folder === undefined) continue
    for (const name of foldersIn(dirname(folder))) {
      const owner = /^fogbank-(\d+)-\d+$/.exec(name)?.[1]
      const abandoned = join(dirname(folder), name)
      if (owner && !existsSync(`/proc/${owner}`)) {
        clearCgroups(foldersIn(abandoned).map((child) => join(abandoned, child)))
        attempt(() => rmdirSync(abandoned))
      }
    }
  }
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  } catch {
    return []
  }
}

/** Ends what is in the groups that an earlier Fogbank left, and removes them where they are empty by then. */
export function clearCgroups(folders: string[]): void {
  for (const folder of folders) {
    attempt(() => writeFileSync(join(folder, 'freezer.state'), 'THAWED'))
    for (const pid of pidsOf(folder)) attempt(() => process.kill(pid, 'SIGKILL'))
  }
  for (const folder of folders) {
    if (attempt(() => rmdirSync(folder))) attempt(() => rmdirSync(dirname(folder)))
  }
}

function pidsOf(folder: string | undefined): number[] {
  return folder === undefined ? [] : read(join(folder, 'cgroup.procs')).split('\n').filter(Boolean).map(Number)
}

function parentsOf(mount: string, path: string): string[] {
  const parents: string[] = []
  for (let folder = path; ; folder = dirname(folder)) {
    parents.push(join(mount, folder))
    if (folder === '/' || folder === '.') return parents
  }
}

function made(parents: string[], name: string): string | undefined {
  for (const parent of parents) {
    const folder = join(parent, name)
    if (attempt(() => mkdirSync(folder, { recursive: true })) && attempt(() => writeFileSync(join(folder, 'cgroup.procs'), '', { flag: 'r+' }))) return folder
  }
  return undefined
}

function attempt(work: () => void): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}

function read(path: string): string {
  try { return readFileSync(path, 'utf8') } catch { return '' }
}
