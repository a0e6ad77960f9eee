import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, sep } from 'node:path'
import type { FunctionSpec, Runtime } from '../contracts/sandbox.ts'
import { commandOf } from './runtimes.ts'
import { sdkFolders } from './sdk.ts'
import type { Sdk } from './sdk.ts'
import { seccompFilter } from './seccomp.ts'
import { statusFd } from './spawn.ts'

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
  /** Of this Fogbank's sandboxes: `etc/` and `filter` are there. */
  baseFolder: string
  passwd: string
  folders: Folders
  network: FunctionSpec['network']
  uid: number
  /** As root, a sandbox needs no user namespace and its processes have a user id of their own; otherwise they are Fogbank's user in a user namespace. */
  privileged: boolean
  bwrap: string
  /** Variables that count only when a process starts. */
  variables: Record<string, string>
  joinFiles: string[]
  fileSystem?: { folder: string, at: string }
  /** Its runtime becomes a snapshot, or comes from one. */
  snapshot?: 'take' | 'restore'
  /** An extension: this runs in the place of the runtime, in its network, which a command leads into. */
  beside?: { command: string, args: string[], enter: string[] }
}

const filesMax = 1024
/** AWS's user in a sandbox, by name. */
const userName = 'sbx_user1051'
const path = '/usr/local/bin:/usr/bin:/bin:/opt/bin'

/** Joins the control groups, sets what only a process itself can set, and becomes bwrap. */
const script = `cd /; ulimit -n ${filesMax}; ulimit -c 0; umask 022; filter=$1; count=$2; shift 2
while [ $count -gt 0 ]; do echo 0 > "$1" || exit 125; shift; count=$((count - 1)); done
exec "$@" 9< "$filter"`

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
  writeFileSync(join(folder, 'filter'), seccompFilter(process.arch) ?? '')
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

/** The command that starts a runtime in a sandbox. Its descriptors 3 and 4 are the caller's. */
export function sandboxCommand(start: Start): { command: string, args: string[] } {
  const place = placeOf(start.runtime)
  const { beside } = start
  const { command, args } = held(start, beside ?? commandOf({ ...start.runtime, executable: place.executable }, '/var/runtime', start))
  const filtered = seccompFilter(process.arch) !== undefined
  const variables = Object.entries(start.variables).map(([name, value]) => `${name}=${value}`)
  const bwrap = [
    ...beside?.enter ?? [], start.bwrap, '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--hostname', 'sandbox', '--die-with-parent',
    ...beside ? [] : ['--sync-fd', String(statusFd)],
    ...(start.network === 'host' || beside ? [] : ['--unshare-net']),
    ...(start.privileged ? ['--cap-drop', 'ALL', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID', '--cap-add', 'CAP_SETPCAP']
      : ['--unshare-user', '--uid', String(start.uid), '--gid', String(start.uid), '--cap-drop', 'ALL']),
    // Folders that bwrap makes on its own way to a mount are closed to others.
    ...['/var', '/var/lang', '/var/lang/bin', ...parentsOf(place.executable)].flatMap((folder) => ['--dir', folder]),
    ...systemFolders(), ...place.bind,
    '--proc', '/proc', '--dev', '/dev', '--remount-ro', '/dev',
    '--ro-bind', join(start.baseFolder, 'etc'), '/etc', '--ro-bind', start.passwd, '/etc/passwd', ...hostEtc(start),
    '--ro-bind', start.runtimesFolder, '/var/runtime', ...sdkFolders(start.runtime.name, start.sdk),
    ...functionFolders(start.folders),
    ...start.snapshot ? snapshotFolders(start) : [],
    ...start.fileSystem ? ['--dir', '/mnt', '--bind', start.fileSystem.folder, start.fileSystem.at] : [],
    '--remount-ro', '/', '--chdir', '/',
    '--clearenv', '--setenv', 'PATH', beside ? `${dirname(place.executable)}:${path}` : path, '--setenv', 'TZ', ':UTC', '--setenv', 'LANG', 'en_US.UTF-8',
    ...(filtered ? ['--seccomp', '9'] : []),
    '--',
    ...(start.privileged ? becomeUser(start.uid) : []),
    // Only behind setpriv: LD_PRELOAD would otherwise run the function's code with the rights that setpriv still has.
    ...(variables.length ? ['/usr/bin/env', ...variables] : []),
    command, ...args,
  ]
  return { command: '/bin/sh', args: ['-c', script, 'sandbox', join(start.baseFolder, 'filter'), String(start.joinFiles.length), ...start.joinFiles, ...bwrap] }
}

/** What becomes a snapshot, and what comes from one, has a program above it that is not part of it. */
function held({ snapshot }: Start, own: { command: string, args: string[] }): { command: string, args: string[] } {
  if (!snapshot) return own
  return { command: '/bin/sh', args: ['/var/runtime/snapshots/hold.sh', ...snapshot === 'take' ? [own.command, ...own.args] : []] }
}

/** What criu found out about the kernel, where it looks for it; and the sign by which a runtime knows that it was restored. */
function snapshotFolders({ baseFolder, snapshot }: Start): string[] {
  return ['--dir', '/run', '--ro-bind', join(baseFolder, 'criu.kdat'), '/run/criu.kdat', ...snapshot === 'restore' ? ['--dir', '/run/restored'] : []]
}

function becomeUser(uid: number): string[] {
  return [
    '/usr/bin/setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups', '--inh-caps=-all', '--bounding-set=-all', '--no-new-privs',
    '--',
  ]
}

function functionFolders(folders: Folders): string[] {
  if ('slot' in folders) {
    const { slot } = folders
    return ['--ro-bind', join(slot, 'task'), '/var/task', '--ro-bind', join(slot, 'opt'), '/opt', '--bind', join(slot, 'tmp'), '/tmp']
  }
  return [
    '--ro-bind', folders.code, '/var/task', ...(folders.layers ? ['--ro-bind', folders.layers, '/opt'] : ['--dir', '/opt']),
    ...'folder' in folders.temporary ? ['--bind', folders.temporary.folder, '/tmp']
      : ['--perms', '1777', '--size', String(folders.temporary.sizeMB * 1024 * 1024), '--tmpfs', '/tmp'],
  ]
}

/** The system's programs and libraries. */
function systemFolders(): string[] {
  const args = ['--ro-bind', '/usr', '/usr']
  for (const name of ['bin', 'sbin', 'lib', 'lib32', 'lib64']) {
    const found = lstatSync(`/${name}`, { throwIfNoEntry: false })
    // On a merged system these are links into /usr, which cost less than mounts.
    if (found?.isSymbolicLink() && /^\/?usr\//.test(readlinkSync(`/${name}`))) args.push('--symlink', readlinkSync(`/${name}`), `/${name}`)
    else if (found) args.push('--ro-bind', `/${name}`, `/${name}`)
  }
  return args
}

/**
 * Where a runtime outside the system's folders is seen, and its executable there. Never a folder that holds more than the runtime: a node in ~/bin must not
 * bring the home folder along. AWS has its runtimes in /var/lang; so does a sandbox whose own /opt or /tmp would cover the place.
 */
function placeOf(runtime: Runtime): { bind: string[], executable: string } {
  const { executable } = runtime
  if (executable.startsWith('/usr/') || executable.startsWith('/bin/')) return { bind: [], executable }
  for (const store of ['/nix/store', '/home/linuxbrew/.linuxbrew', '/gnu/store']) {
    if (executable.startsWith(store + sep)) return { bind: ['--ro-bind', store, store], executable }
  }
  const prefix = dirname(dirname(executable))
  const personal = (homedir() + sep).startsWith(prefix + sep) || prefix === '/' || dirname(prefix) === '/'
  // Node.js is one file; Python needs its library beside it, and some builds have its path within.
  const inside = join('/var/lang/bin', basename(executable))
  if (personal || runtime.name.startsWith('nodejs')) return { bind: ['--ro-bind', executable, inside], executable: inside }
  if (!/^\/(opt|tmp|var|etc|proc|dev)\//.test(prefix + sep)) return { bind: ['--ro-bind', prefix, prefix], executable }
  return { bind: ['--ro-bind', prefix, '/var/lang'], executable: inside }
}

/** The folders above a path of a runtime, outermost first. */
function parentsOf(path: string): string[] {
  if (path.startsWith('/usr/') || path.startsWith('/bin/')) return []
  const names = dirname(path).split(sep).slice(1)
  return names.map((_name, n) => sep + names.slice(0, n + 1).join(sep))
}

function hostEtc({ network, runtime }: Pick<Start, 'network' | 'runtime'>): string[] {
  const names = network === 'host' ? ['/etc/resolv.conf', '/etc/hosts'] : []
  const folders = /^(nodejs|python)/.test(runtime.name) ? certificateFolders : privateFolders
  const files = [...folders.map((name) => `/etc/${name}`), ...names]
  return files.filter((file) => existsSync(file)).flatMap((file) => ['--ro-bind', file, file])
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
