import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer, Socket } from 'node:net'
import type { Server } from 'node:net'
import { sep } from 'node:path'

const bindFlag = 4096
const remountFlag = 32
const remountReadOnly = bindFlag | remountFlag | 1 | 2 | 4
const sharedFlag = 1 << 20
const privateFlag = 1 << 18
const noSuidNoDev = 2 | 4
const detachFlag = 2
const newNetFlag = 0x40000000
const connectionsMax = 512
const setDescriptorFlags = 2
/** NS_GET_USERNS */
const ownerOfNamespace = 0xb701

type Native = (...args: unknown[]) => number
type Name = 'mount' | 'umount2' | 'setns' | 'socket' | 'setsockopt' | 'getsockopt' | 'bind' | 'listen' | 'connect' | 'ioctl' | 'send' | 'recv' | 'fcntl'
type Calls = Record<Name, Native> & { errno(): number, errorOf(code: number): string }

let loaded: Calls | undefined

/** The system calls that Node has no function for. Called from the main thread they cost some 60 us; mount(8) as a process costs 3 ms. */
function calls(): Calls {
  if (loaded) return loaded
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const library = koffi.load(null)
  const names = new Map<number, string>(Object.entries(koffi.os.errno).map(([name, code]) => [code as number, name]))
  loaded = {
    mount: library.func('int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)'),
    umount2: library.func('int umount2(const char *target, int flags)'),
    setns: library.func('int setns(int fd, int kind)'),
    socket: library.func('int socket(int domain, int type, int protocol)'),
    setsockopt: library.func('int setsockopt(int fd, int level, int name, const int *value, unsigned int length)'),
    getsockopt: library.func('int getsockopt(int fd, int level, int name, _Out_ uint8_t *value, _Inout_ unsigned int *length)'),
    send: library.func('long send(int fd, const uint8_t *data, size_t length, int flags)'),
    recv: library.func('long recv(int fd, _Out_ uint8_t *data, size_t length, int flags)'),
    bind: library.func('int bind(int fd, const uint8_t *address, unsigned int length)'),
    connect: library.func('int connect(int fd, const uint8_t *address, unsigned int length)'),
    listen: library.func('int listen(int fd, int backlog)'),
    fcntl: library.func('int fcntl(int fd, int command, int argument)'),
    ioctl: library.func('int ioctl(int fd, unsigned long request)'),
    errno: () => koffi.errno(),
    errorOf: (code) => names.get(code) ?? `errno ${code}`,
  }
  return loaded
}

/** Whether system calls can be made at all: the library is native code. */
export function canCall(): boolean {
  try {
    return calls().errno() >= 0
  } catch {
    return false
  }
}

/** Makes a system call; throws what it says where it fails. */
export function call(name: Name, ...args: unknown[]): number {
  const result = calls()[name](...args)
  if (result < 0) throw new Error(`${name}(${args.filter((arg) => typeof arg === 'string').join(', ')}): ${calls().errorOf(calls().errno())}`)
  return result
}

/** What this process was started with beside its standard streams is its own: a program that it starts does not have it. */
export function keepInherited(): void {
  for (const fd of readdirSync('/proc/self/fd').map(Number).filter((number) => number > 2)) {
    try { call('fcntl', fd, setDescriptorFlags, 1) } catch { /* It was the listing's. */ }
  }
}

/** Makes a folder a mount of its own whose later mounts appear in the sandboxes that were started with a part of it. */
export function shareFolder(folder: string): void {
  call('mount', folder, folder, null, bindFlag, null)
  call('mount', null, folder, null, privateFlag, null)
  call('mount', null, folder, null, sharedFlag, null)
}

/** Shows a folder at another place, read-only: what is bound from there on is read-only from its first moment. */
export function mirrorReadOnly(source: string, mirror: string): void {
  call('mount', source, mirror, null, bindFlag, null)
  call('mount', null, mirror, null, remountReadOnly, null)
}

/** Shows a folder at another place, with the rights that the mount has where it is. */
export function bind(source: string, target: string): void {
  call('mount', source, target, null, bindFlag, null)
}

/** A file system in memory of at most `sizeMB`, writable by all. */
export function mountTemporary(target: string, sizeMB: number): void {
  call('mount', 'tmpfs', target, 'tmpfs', noSuidNoDev, `size=${sizeMB}m,mode=1777`)
}

/** Changes the bound of a file system in memory. */
export function resizeTemporary(target: string, sizeMB: number): void {
  call('mount', null, target, null, remountFlag | noSuidNoDev, `size=${sizeMB}m,mode=1777`)
}

export function unmount(target: string): void {
  call('umount2', target, detachFlag)
}

/** In another thread: the kernel makes whoever unmounts wait some milliseconds. */
export async function unmountLater(target: string): Promise<void> {
  const { umount2 } = calls()
  const result = await new Promise<number>((resolve, reject) => {
    (umount2 as unknown as { async: (...args: unknown[]) => void }).async(
      target, detachFlag, (error: Error | null, code: number) => error ? reject(error) : resolve(code),
    )
  })
  if (result < 0) throw new Error(`umount2(${target}) failed`)
}

/** Ends every mount at or below a folder, those on top first; returns how many. */
export function unmountBelow(folder: string): number {
  const ours = mountTargets().filter((target) => target === folder || target.startsWith(folder + sep))
  for (const target of ours) unmount(target)
  return ours.length
}

/** The folder whose mounts are those of one Fogbank's sandboxes, by its process id. */
export function slotsName(owner: number): string {
  return `fogbank-slots-${owner}`
}

/** Ends the mounts of every Fogbank that is gone: one with a temporary data folder has no next start that would. */
export function unmountAbandoned(): void {
  for (const target of mountTargets()) {
    const owner = /\/fogbank-slots-(\d+)(?:\/|$)/.exec(target)?.[1]
    if (owner && !existsSync(`/proc/${owner}`)) unmount(target)
  }
}

/** Where something is mounted, those on top first. */
function mountTargets(): string[] {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8').split('\n').map((line) => unescapeMount(line.split(' ')[4] ?? '')).reverse()
  } catch {
    return []
  }
}

/** /proc writes blanks and backslashes of a path in octal. */
function unescapeMount(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

/**
 * Works inside the network namespace of another process: a socket belongs to the namespace in which it was made, whoever uses it later. The main thread is
 * there for some system calls, and nothing else of Node runs meanwhile.
 */
export function insideNetwork<Result>(whose: number | string, work: () => Result): Result {
  const inside = openSync(typeof whose === 'string' ? whose : `/proc/${whose}/ns/net`, 'r')
  const outside = openSync('/proc/self/ns/net', 'r')
  try {
    call('setns', inside, newNetFlag)
    try {
      return work()
    } finally {
      call('setns', outside, newNetFlag)
    }
  } finally {
    closeSync(inside)
    closeSync(outside)
  }
}

/** A socket at 127.0.0.1:port of the namespace that this thread is in; one for TCP listens. */
export function boundSocket(kind: 'tcp' | 'udp', port: number): number {
  const fd = call('socket', 2, (kind === 'tcp' ? 1 : 2) | 0o2000000 | 0o4000, 0)
  try {
    call('setsockopt', fd, 1, 2, [1], 4)
    call('bind', fd, loopback(port), 16)
    if (kind === 'tcp') call('listen', fd, 128)
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function loopback(port: number): Uint8Array {
  return Uint8Array.of(2, 0, port >> 8, port & 255, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
}

/** A connection to 127.0.0.1:port inside a network namespace, which a file of /proc names. Whether somebody listens is seen when it is used. */
export function connectInside(namespace: string, port: number): Socket {
  const fd = insideNetwork(namespace, () => call('socket', 2, 1 | 0o2000000 | 0o4000, 0))
  try {
    call('connect', fd, loopback(port), 16)
  } catch (error) {
    if (!(error as Error).message.includes('EINPROGRESS')) {
      closeSync(fd)
      throw error
    }
  }
  return new Socket({ fd, readable: true, writable: true })
}

/** Where a connection that a packet rule led here was going; undefined where none did. */
export function originalDestination(fd: number): { host: string, port: number } | undefined {
  const address = Buffer.alloc(16)
  try {
    call('getsockopt', fd, 0, 80, address, [16])
  } catch {
    return undefined
  }
  return { host: address.subarray(4, 8).join('.'), port: address.readUInt16BE(2) }
}

/** Serves 127.0.0.1:port inside the network namespace of another process. */
export function listenInside(pid: number, port: number, serve: (socket: Socket) => void): Server {
  const fd = insideNetwork(pid, () => boundSocket('tcp', port))
  const server = createServer({ noDelay: true })
  accept(server, serve)
  return server.listen({ fd }).unref()
}

/** Listens on each of its arguments and hands the listening sockets to its parent. */
const listener = `const net = require('node:net')
for (const port of process.argv.slice(1)) {
  const server = net.createServer().listen(Number(port), '127.0.0.1', () => process.send({ port: Number(port) }, server))
  server.on('error', (error) => { console.error(error.message); process.exit(1) })
}
process.on('disconnect', () => process.exit(0))`

/** Connects to its argument and hands the connection to its parent. */
const connector = `const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1', () => process.send({}, socket))
socket.on('error', () => process.exit(1))
process.on('disconnect', () => process.exit(0))`

/**
 * What listenInside() does, without root: only a process of its own can enter the user namespace that owns a network namespace. It hands its listening sockets
 * over and ends; it costs the start of a Node.js.
 */
export async function listenInsideByProcess(pid: number, endpoints: { port: number, serve: (socket: Socket) => void }[]): Promise<Map<number, Server>> {
  const child = runInside(pid, listener, endpoints.map((endpoint) => String(endpoint.port)))
  let said = ''
  child.stderr!.on('data', (chunk: Buffer) => { said += chunk.toString() })
  const servers = new Map<number, Server>()
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', () => reject(new Error(`No listening inside a sandbox: ${said.trim()}`)))
      child.on('message', (message, handle) => {
        const endpoint = endpoints.find((one) => one.port === (message as { port: number }).port)
        if (!endpoint || !handle) return
        accept(handle as Server, endpoint.serve)
        servers.set(endpoint.port, (handle as Server).unref())
        if (servers.size === endpoints.length) resolve()
      })
    })
  } finally {
    if (child.connected) child.disconnect()
  }
  return servers
}

/** What connectInside() does, without root. */
export async function connectInsideByProcess(pid: number, port: number): Promise<Socket> {
  const child = runInside(pid, connector, [String(port)])
  try {
    return await new Promise<Socket>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', () => reject(new Error('No connection inside a sandbox')))
      child.on('message', (_message, handle) => { if (handle) resolve(handle as Socket) })
    })
  } finally {
    if (child.connected) child.disconnect()
  }
}

/** A Node.js inside the network of a sandbox of this user's. */
function runInside(pid: number, code: string, args: string[]): ChildProcess {
  const command = ['--preserve-credentials', '--user=/proc/self/fd/4', `--net=/proc/${pid}/ns/net`, '--', process.execPath, '-e', code]
  const owner = networkOwner(pid)
  try {
    return spawn('/usr/bin/nsenter', [...command, ...args], { stdio: ['ignore', 'ignore', 'pipe', 'ipc', owner], env: {}, timeout: 10_000 })
  } finally {
    closeSync(owner)
  }
}

/** The user namespace that owns a process's network, as a descriptor. */
function networkOwner(pid: number): number {
  const net = openSync(`/proc/${pid}/ns/net`, 'r')
  try {
    return call('ioctl', net, ownerOfNamespace)
  } finally {
    closeSync(net)
  }
}

function accept(server: Server, serve: (socket: Socket) => void): void {
  server.maxConnections = connectionsMax
  server.on('error', () => server.close())
  server.on('connection', (socket) => {
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    serve(socket)
  })
}

/** All children of a process, oldest first. */
export function childrenOf(pid: number): number[] {
  try { return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number) } catch { return [] }
}

/** The oldest child of a process; undefined where there is none. */
export function firstChild(pid: number | undefined): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]) || undefined
  } catch {
    return undefined
  }
}
