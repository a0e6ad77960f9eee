import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { constants, homedir } from 'node:os'
import { basename, dirname, join, sep } from 'node:path'
import type { FunctionSpec, Runtime } from '../contracts/sandbox.ts'
import { commandOf } from './runtimes.ts'
import type { Cgroup } from './cgroups.ts'
import { fileSystem, folder, link, readOnly, readOnlyFolder, writableFolder } from './file-system.ts'
import type { Entry } from './file-system.ts'
import { attempt, call, listFd, listOf, writeLauncher } from './launcher.ts'
import type { Step } from './launcher.ts'
import { sdkFolders } from './sdk.ts'
import type { Sdk } from './sdk.ts'
import { seccompFilter } from './seccomp.ts'
import { startChild, statusFd } from './spawn.ts'
import type { Child } from './spawn.ts'

// How a process becomes a sandbox: the steps that the launcher makes.

/** What a sandbox sees of its own folders: slots into which the host mounts later, or the folders themselves. */
export type Folders = { slot: string } | { code: string, layers: string | undefined, temporary: { sizeMB: number } | { folder: string } }

export interface Start {
  runtime: Runtime
  runtimesFolder: string
  sdk: Sdk
  /** For the pool: no function is known yet. */
  waits: boolean
  /** A script of the function's own starts it. */
  wrapped: boolean
  /** Of this Fogbank's sandboxes: `etc/`, the launcher and the place of a root are there. */
  baseFolder: string
  passwd: string
  folders: Folders
  network: FunctionSpec['network']
  uid: number
  /** As root, a sandbox needs no user namespace and its processes have a user id of their own; otherwise they are Fogbank's user in a user namespace. */
  privileged: boolean
  /** Variables that count only when a process starts. */
  variables: Record<string, string>
  /** The control groups that it is in. */
  groups: Pick<Cgroup, 'taskFiles' | 'birthFolder'>
  fileSystem?: { folder: string, at: string }
  /** Its runtime becomes a snapshot, or comes from one. */
  snapshot?: 'take' | 'restore'
  /** What runs in the place of the runtime. */
  program?: { command: string, args: string[] }
  /** An extension, in the runtime's network: that of the process of this number. */
  beside?: { network: number | 'host' }
}

const filesMax = 1024
/** AWS's user in a sandbox, by name. */
const userName = 'sbx_user1051'
const path = '/usr/local/bin:/usr/bin:/bin:/opt/bin'

const rootOf = (baseFolder: string): string => join(baseFolder, 'root')
export const launcherOf = (baseFolder: string): string => join(baseFolder, 'launcher')

/** The files that all sandboxes of one Fogbank share. */
export function writeBase(folder: string): void {
  const etc = join(folder, 'etc')
  mkdirSync(etc, { recursive: true })
  const files = {
    passwd: '', group: 'root:x:0:\n',
    hosts: '127.0.0.1 localhost sandbox.localdomain sandbox\n::1 localhost\n',
    'resolv.conf': 'nameserver 127.0.0.1\n',
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(etc, name), text, { mode: 0o644 })
  // Each mount costs a start some 0.1 ms: what is small and seldom changes is copied.
  for (const name of ['ld.so.cache', 'localtime']) if (existsSync(`/etc/${name}`)) writeFileSync(join(etc, name), readFileSync(`/etc/${name}`), { mode: 0o644 })
  for (const name of privateFolders) mkdirSync(join(etc, name), { recursive: true })
  mkdirSync(rootOf(folder), { recursive: true })
  writeLauncher(launcherOf(folder))
}
const certificateFolders = ['ssl', 'pki', 'ca-certificates']
const privateFolders = [...certificateFolders, ...javaFolders()]

/** Debian keeps the settings of its Java there; without them it does not start. */
function javaFolders(): string[] {
  try { return readdirSync('/etc').filter((name) => /^java-\d+-openjdk$/.test(name)) } catch { return [] }
}

export function passwdOf(uid: number): string {
  return `root:x:0:0:root:/root:/sbin/nologin\n${userName}:x:${uid}:${uid}::/home/${userName}:/sbin/nologin\n`
}

/** An empty sandbox, in a folder of its own, that runs a program. */
export function startTrial(folder: string, privileged: boolean, command: string, args: string[]): Child {
  writeBase(folder)
  return startSandboxed({
    runtime: { name: 'none', executable: command, version: '', exact: true }, runtimesFolder: folder, sdk: {}, waits: false, wrapped: false, baseFolder: folder,
    passwd: join(folder, 'etc', 'passwd'), folders: { code: folder, layers: undefined, temporary: { sizeMB: 1 } }, network: 'none', uid: firstUid(),
    privileged, variables: {}, groups: { taskFiles: [], birthFolder: undefined }, program: { command, args },
  }, join(folder, 'start'))
}

/** Starts a sandbox; `listFile` is where the steps of its start are written to. */
export function startSandboxed(start: Start, listFile: string): Child {
  writeFileSync(listFile, listOf([call('close', listFd), ...sandboxSteps(start)]))
  return startChild(launcherOf(start.baseFolder), [], { pipes: start.snapshot === 'take', file: { fd: listFd, path: listFile } })
}

/** Starts a program in the control groups of a sandbox, and in nothing else of it; its descriptors are pipes (startChild). */
export function startInGroups({ baseFolder, groups }: Pick<Start, 'baseFolder' | 'groups'>, listFile: string, command: string, args: string[]): Child {
  const fd = firstFreeFd.withPipes
  const run = (): Step[] => [call('execve', command, [command, ...args], [])]
  writeFileSync(listFile, listOf([call('close', listFd), ...inGroups(groups, fd, (closed) => [endWithParent, ...closed, ...run()]), { wait: true }]))
  return startChild(launcherOf(baseFolder), [], { pipes: true, file: { fd: listFd, path: listFile } })
}

/** Joins control groups and forks; those of version 1 are the parent's as well. */
function inGroups({ taskFiles, birthFolder }: Start['groups'], fd: number, child: (closed: Step[]) => Step[]): Step[] {
  const joined = taskFiles.flatMap((file) => writeTo(fd, file, '0'))
  if (!birthFolder) return [...joined, { fork: child([]) }]
  return [...joined, call('openat', atWorkingFolder, birthFolder, 0), { intoGroup: fd, fork: child([call('close', fd)]) }]
}

/** Why a sandbox ended before its runtime began: the step that failed, and the kernel's answer. */
export async function reasonOf(child: Child): Promise<string> {
  const notSpawned = await child.spawned
  if (notSpawned !== undefined) return notSpawned
  const said = String(child.stderr.read() ?? '').trim()
  const { code } = await child.exited
  const error = Object.entries(constants.errno).find(([, number]) => number === code)?.[0]
  return said && error ? `${said}: ${error}` : said || 'it ended at once'
}

/** What makes a process a sandbox and then its runtime, which has the caller's descriptors up to 4. */
function sandboxSteps(start: Start): Step[] {
  const fd = freeFd(start)
  return [
    endWithParent, call('umask', 0o022), limit('files', filesMax), limit('core', 0),
    ...start.beside?.network === undefined ? enterOwn(start) : enterNetwork(start, start.beside.network),
    ...inGroups(start.groups, fd, (closed) => [
      endWithParent, ...closed, ...fileSystemSteps(start), call('sethostname', hostName, hostName.length), ...ownsNetwork(start) ? loopbackUp(fd) : [],
      { fork: runtimeSteps(start) },
      // What is left as the sandbox's first process has no rights, and waits for all others.
      ...dropRights, { wait: true },
    ]),
    { wait: true },
  ]
}

/** The lowest descriptor that nothing has, which the kernel gives to what is opened next. */
const firstFreeFd = { withSockets: 6, withPipes: 7 }
const freeFd = (start: Start): number => start.snapshot === 'take' ? firstFreeFd.withPipes : firstFreeFd.withSockets
const ownsNetwork = (start: Start): boolean => start.network !== 'host' && !start.beside
const hostName = 'sandbox'

const atWorkingFolder = -100
const endWithParent = call('prctl', 1, 9)
const dropRights = [...Array.from({ length: 41 }, (_, right) => attempt('prctl', 24, right)), call('capset', bytes32(0x2008_0522, 0), new Uint8Array(24))]
const newPid = 0x2000_0000
const newNetwork = 0x4000_0000
const newUser = 0x1000_0000
const others = 0x0002_0000 | 0x0800_0000 | 0x0400_0000

function bytes32(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer)
}

function bytes64(...values: number[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer)
}

/** One that is higher may stay where it is: to raise a bound is a right of its own. */
function limit(what: 'files' | 'core', value: number): Step {
  return call('prlimit64', 0, what === 'files' ? 7 : 4, bytes64(value, value), 0)
}

function writeTo(fd: number, path: string, text: string): Step[] {
  return [call('openat', atWorkingFolder, path, 1), call('write', fd, text, text.length), call('close', fd)]
}

/** Namespaces of its own. In a user namespace, where Fogbank is not root, its user is Fogbank's by another number. */
function enterOwn(start: Start): Step[] {
  const namespaces = newPid | others | (ownsNetwork(start) ? newNetwork : 0)
  if (start.privileged) return [call('unshare', namespaces)]
  const fd = freeFd(start)
  return [
    call('unshare', namespaces | newUser),
    ...writeTo(fd, '/proc/self/setgroups', 'deny'),
    ...writeTo(fd, '/proc/self/uid_map', `${start.uid} ${process.getuid!()} 1`), ...writeTo(fd, '/proc/self/gid_map', `${start.uid} ${process.getgid!()} 1`),
  ]
}

/** The network of another sandbox, where it is said, and the rest of its own. Only whoever is in the user namespace that a network belongs to can enter it. */
function enterNetwork(start: Start, network: number | 'host'): Step[] {
  if (network === 'host') return enterOwn(start)
  const fd = freeFd(start)
  const enter = (name: string): Step[] => [call('openat', atWorkingFolder, `/proc/${network}/ns/${name}`, 0), call('setns', fd, 0), call('close', fd)]
  return [...start.privileged ? [] : enter('user'), ...enter('net'), call('unshare', newPid | others)]
}

/** A network namespace has a loopback interface that is down; up, it has its addresses. */
function loopbackUp(fd: number): Step[] {
  const request = Buffer.alloc(40)
  request.write('lo')
  request.writeUInt16LE(0x41, 16)
  return [call('socket', 2, 2 | 0o2000000, 0), call('ioctl', fd, 0x8914, request), call('close', fd)]
}

function fileSystemSteps(start: Start): Step[] {
  const key = [start.baseFolder, start.runtime.name, start.runtime.executable, start.network].join('\n')
  const common = hostEntries.get(key) ?? entriesOfHost(start)
  hostEntries.set(key, common)
  const entries: Entry[] = [
    ...common, { ...readOnly(start.passwd, '/etc/passwd'), over: true }, ...functionFolders(start.folders),
    ...start.snapshot ? snapshotFiles(start) : [],
    ...start.fileSystem ? [writableFolder(start.fileSystem.folder, start.fileSystem.at)] : [],
  ]
  return fileSystem(rootOf(start.baseFolder), entries)
}

/** What the sandboxes of a runtime see of the host, looked up once. */
const hostEntries = new Map<string, Entry[]>()

function entriesOfHost(start: Start): Entry[] {
  return [
    folder('/var/lang/bin'), ...systemFolders(), ...placeOf(start.runtime).files, readOnly(join(start.baseFolder, 'etc'), '/etc'), ...hostEtc(start),
    readOnly(start.runtimesFolder, '/var/runtime'), ...sdkFolders(start.runtime.name, start.sdk),
  ]
}

const filter = seccompFilter(process.arch)

/** Becomes the sandbox's user, without rights and under the filter, and then the runtime. */
function runtimeSteps(start: Start): Step[] {
  const place = placeOf(start.runtime)
  const { beside, program } = start
  const { command, args } = held(start, program ?? commandOf({ ...start.runtime, executable: place.executable }, '/var/runtime', start))
  const environment = {
    PATH: beside ? `${dirname(place.executable)}:${path}` : path, TZ: ':UTC', LANG: 'en_US.UTF-8', ...start.variables,
  }
  return [
    ...start.privileged ? [call('setgroups', 0, 0), call('setresgid', start.uid, start.uid, start.uid)] : [],
    ...dropRights.slice(0, -1), ...start.privileged ? [call('setresuid', start.uid, start.uid, start.uid)] : [], dropRights.at(-1)!,
    call('prctl', 38, 1), ...filter ? [call('prctl', 22, 2, { filter })] : [],
    call('close', statusFd), call('close_range', freeFd(start), 0xffff_ffff, 0),
    call('execve', command, [command, ...args], Object.entries(environment).map(([name, value]) => `${name}=${value}`)),
  ]
}

/** What becomes a snapshot, and what comes from one, has a program above it that is not part of it. */
function held({ snapshot }: Start, own: { command: string, args: string[] }): { command: string, args: string[] } {
  if (!snapshot) return own
  return { command: '/bin/sh', args: ['/var/runtime/snapshots/hold.sh', ...snapshot === 'take' ? [own.command, ...own.args] : []] }
}

/** What criu found out about the kernel, where it looks for it; and the sign by which a runtime knows that it was restored. */
function snapshotFiles({ baseFolder, snapshot }: Start): Entry[] {
  return [readOnly(join(baseFolder, 'criu.kdat'), '/run/criu.kdat'), ...snapshot === 'restore' ? [folder('/run/restored')] : []]
}

function functionFolders(folders: Folders): Entry[] {
  if ('slot' in folders) {
    const { slot } = folders
    return [readOnlyFolder(join(slot, 'task'), '/var/task'), readOnlyFolder(join(slot, 'opt'), '/opt'), writableFolder(join(slot, 'tmp'), '/tmp')]
  }
  return [
    readOnlyFolder(folders.code, '/var/task'), folders.layers ? readOnlyFolder(folders.layers, '/opt') : folder('/opt'),
    'folder' in folders.temporary ? writableFolder(folders.temporary.folder, '/tmp')
      : { kind: 'system', type: 'tmpfs', at: '/tmp', data: `mode=1777,size=${folders.temporary.sizeMB}m` },
  ]
}

/** The system's programs and libraries. */
function systemFolders(): Entry[] {
  const entries: Entry[] = [readOnly('/usr')]
  for (const name of ['bin', 'sbin', 'lib', 'lib32', 'lib64']) {
    const found = lstatSync(`/${name}`, { throwIfNoEntry: false })
    // On a merged system these are links into /usr, which cost less than mounts.
    if (found?.isSymbolicLink() && /^\/?usr\//.test(readlinkSync(`/${name}`))) entries.push(link(readlinkSync(`/${name}`), `/${name}`))
    else if (found) entries.push(readOnly(`/${name}`))
  }
  return entries
}

/**
 * Where a runtime outside the system's folders is seen, and its executable there. Never a folder that holds more than the runtime: a node in ~/bin must not
 * bring the home folder along. AWS has its runtimes in /var/lang; so does a sandbox whose own /opt or /tmp would cover the place.
 */
function placeOf(runtime: Runtime): { files: Entry[], executable: string } {
  const { executable } = runtime
  if (executable.startsWith('/usr/') || executable.startsWith('/bin/')) return { files: [], executable }
  for (const store of ['/nix/store', '/home/linuxbrew/.linuxbrew', '/gnu/store']) {
    if (executable.startsWith(store + sep)) return { files: [readOnly(store)], executable }
  }
  const prefix = dirname(dirname(executable))
  const personal = (homedir() + sep).startsWith(prefix + sep) || prefix === '/' || dirname(prefix) === '/'
  // Node.js is one file; Python needs its library beside it, and some builds have its path within.
  const inside = join('/var/lang/bin', basename(executable))
  if (personal || runtime.name.startsWith('nodejs')) return { files: [readOnly(executable, inside)], executable: inside }
  if (!/^\/(opt|tmp|var|etc|proc|dev)\//.test(prefix + sep)) return { files: [readOnly(prefix)], executable }
  return { files: [readOnly(prefix, '/var/lang')], executable: inside }
}

function hostEtc({ network, runtime }: Pick<Start, 'network' | 'runtime'>): Entry[] {
  const names = network === 'host' ? ['/etc/resolv.conf', '/etc/hosts'] : []
  const folders = /^(nodejs|python)/.test(runtime.name) ? certificateFolders : privateFolders
  const files = [...folders.map((name) => `/etc/${name}`), ...names]
  return files.filter((file) => existsSync(file)).map((file) => ({ ...readOnly(file), over: true }))
}

const startNames = /^(NODE_(?!PATH$)|PYTHON|LD_|UV_|MALLOC_|GLIBC_|SSL_CERT_|LC_|GCONV_)/
/** Variables of a function that a process reads only when it starts; NODE_PATH and the rest are set by the bootstrap. */
export function startVariables(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => startNames.test(name)))
}

export const uidsMax = 5000

/** Where this Fogbank's user ids for sandboxes begin: far from any real user's, or, where this root has only some ids (a container), within those. */
export const firstUid = (): number => hasAllIds() ? 2_000_000_000 + process.pid % 20_000 * uidsMax : 50_000

/** The user to whom the files of a file system belong, the same after every start, and none that a sandbox has otherwise. */
export function fileSystemUid(name: string): number {
  const number = createHash('sha256').update(name).digest().readUInt32BE()
  return hasAllIds() ? 1_900_000_000 + number % 99_000_000 : 40_000 + number % 10_000
}

function hasAllIds(): boolean {
  try {
    const [, , count] = readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/)
    return Number(count) > 2_100_000_000
  } catch {
    return false
  }
}
