import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { call } from './launcher.ts'
import type { Step } from './launcher.ts'

// The file system that a sandbox sees, from an empty root on.

/** What is at a path: something of the host, a folder, a link, or a file system of the kernel's. `over` lies in something that is there already. */
export type Entry = { at: string, over?: boolean } & (
  { kind: 'bind', source: string, isFolder: boolean, writable: boolean } | { kind: 'folder' } | { kind: 'link', to: string }
  | { kind: 'system', type: string, data: string })

const isFolder = (path: string): boolean => statSync(path).isDirectory()
export const readOnly = (source: string, at = source): Entry => ({ kind: 'bind', source, at, isFolder: isFolder(source), writable: false })
/** What is known to be a folder need not be asked. */
export const readOnlyFolder = (source: string, at: string): Entry => ({ kind: 'bind', source, at, isFolder: true, writable: false })
export const writableFolder = (source: string, at: string): Entry => ({ kind: 'bind', source, at, isFolder: true, writable: true })
export const folder = (at: string): Entry => ({ kind: 'folder', at })
export const link = (to: string, at: string): Entry => ({ kind: 'link', to, at })

const workingFolder = -100
const noSuid = 2
const noDevices = 4
const noPrograms = 8
const bindWithAll = 4096 | 16384
const slaveWithAll = 1 << 19 | 16384
const unbindable = 1 << 17
const detach = 2
const everythingBelow = 0x8000
const regularFile = 0o100644
const emptyRoot = 'mode=755'

/** The attributes of a mount that are added to those it has: taking one away may be another's right. */
function restrict(at: string, attributes: number, flags = everythingBelow): Step {
  return call('mount_setattr', workingFolder, at, flags, new Uint8Array(BigUint64Array.of(BigInt(attributes), 0n, 0n, 0n).buffer), 32)
}
const readOnlyAttribute = 1

/**
 * Makes the entries, with /proc and /dev, the root of this process's mounts; `root` is an empty folder. What the host mounts below a bound folder later appears
 * there.
 */
export function fileSystem(root: string, entries: Entry[]): Step[] {
  const steps: Step[] = [
    call('mount', 0, '/', 0, slaveWithAll, 0), call('mount', 'tmpfs', root, 'tmpfs', noSuid | noDevices, emptyRoot),
    // So that it is in no folder that it is made of.
    call('mount', 0, root, 0, unbindable, 0), call('chdir', root),
  ]
  const made = new Set(['.', '/'])
  const makeFolder = (path: string): void => {
    if (made.has(path)) return
    makeFolder(dirname(path))
    made.add(path)
    steps.push(call('mkdirat', workingFolder, path.slice(1), 0o755))
  }
  const makeFile = (path: string): void => {
    makeFolder(dirname(path))
    steps.push(call('mknodat', workingFolder, path.slice(1), regularFile, 0))
  }
  for (const entry of entries) {
    const at = entry.at.slice(1)
    if (entry.kind === 'folder') makeFolder(entry.at)
    else if (entry.kind === 'link') {
      makeFolder(dirname(entry.at))
      steps.push(call('symlinkat', entry.to, workingFolder, at))
    } else if (entry.kind === 'system') {
      makeFolder(entry.at)
      steps.push(call('mount', entry.type, at, entry.type, noSuid | noDevices, entry.data))
    } else {
      if (!entry.over) (entry.isFolder ? makeFolder : makeFile)(entry.at)
      steps.push(call('mount', entry.source, at, 0, bindWithAll, 0), restrict(at, noSuid | noDevices | (entry.writable ? 0 : readOnlyAttribute)))
    }
  }
  makeFolder('/proc')
  steps.push(call('mount', 'proc', 'proc', 'proc', noSuid | noDevices | noPrograms, 0), ...devices())
  return [
    ...steps, call('pivot_root', '.', '.'), call('umount2', '.', detach), restrict('/', readOnlyAttribute, 0), call('chdir', '/'),
  ]
}

function devices(): Step[] {
  const bound = ['null', 'zero', 'full', 'random', 'urandom', 'tty'].flatMap((name) =>
    [call('mknodat', workingFolder, `dev/${name}`, regularFile, 0), call('mount', `/dev/${name}`, `dev/${name}`, 0, bindWithAll, 0)])
  const links = { stdin: '/proc/self/fd/0', stdout: '/proc/self/fd/1', stderr: '/proc/self/fd/2', fd: '/proc/self/fd', core: '/proc/kcore', ptmx: 'pts/ptmx' }
  return [
    call('mkdirat', workingFolder, 'dev', 0o755), call('mount', 'tmpfs', 'dev', 'tmpfs', noSuid, emptyRoot), ...bound,
    ...Object.entries(links).map(([name, to]) => call('symlinkat', to, workingFolder, `dev/${name}`)),
    ...['shm', 'pts'].map((name) => call('mkdirat', workingFolder, `dev/${name}`, 0o755)),
    call('mount', 'devpts', 'dev/pts', 'devpts', noSuid | noPrograms, 'newinstance,ptmxmode=0666,mode=620'),
    restrict('dev', readOnlyAttribute, 0),
  ]
}
