import { createRequire } from 'node:module'
import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import { constants } from 'node:os'
import { basename } from 'node:path'
import type { Exit } from './driver.ts'

// Starts processes without holding the event loop. Node's own spawn() forks: the kernel copies the tables of all of Fogbank's memory, and the main thread
// waits until the child has become its program, 1 to 10 ms. posix_spawn() shares the memory instead, and here another thread waits.

/** A process that starts; what it says is read from the first moment on. */
export interface Child {
  /** Undefined until it has started, and where it does not. */
  pid: number | undefined
  readonly stdout: Socket
  readonly stderr: Socket
  /** Its descriptor 3, in both directions. */
  readonly channel: Socket
  /** Its descriptor 4. */
  readonly logs: Socket
  /** Its descriptor 6, where it has pipes. */
  readonly ending?: Socket
  /** Resolves when it has started or could not, with the reason for that. */
  readonly spawned: Promise<string | undefined>
  readonly exited: Promise<Exit>
}

/**
 * Descriptor of the child that closes when it ends; the first process inside a sandbox keeps it, its runtime does not have it. Nothing is written to it:
 * whoever wrote to a Fogbank that is gone would end by that, in the middle of the start, and leave behind what waits for him.
 */
export const statusFd = 5

const channelFd = 3
const endingFd = 6
const closeOnExec = 0o2000000
const streamSocket = 1 | closeOnExec
const newSession = 0x80
const defaultSignals = 0x04
const emptyMask = 0x08
const noHang = 1
const duplicate = 1030
const firstFreeFd = 10

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number as number, name]))

type Native = (...args: unknown[]) => number
type NativeLater = Native & { async(...args: unknown[]): void }
interface Calls {
  socketpair: Native
  pipe2: Native
  fcntl: Native
  waitpid: Native
  posix_spawn: NativeLater
  posix_spawn_file_actions_init: Native
  posix_spawn_file_actions_adddup2: Native
  posix_spawn_file_actions_addopen: Native
  posix_spawn_file_actions_destroy: Native
  posix_spawnattr_init: Native
  posix_spawnattr_setflags: Native
  posix_spawnattr_setsigdefault: Native
}

let loaded: { calls: Calls, nameOf(code: number): string } | undefined

function library(): NonNullable<typeof loaded> {
  if (loaded) return loaded
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const libc = koffi.load(null)
  const signatures: Record<keyof Calls, string> = {
    socketpair: 'int socketpair(int domain, int type, int protocol, _Out_ int *pair)',
    pipe2: 'int pipe2(_Out_ int *pair, int flags)',
    fcntl: 'int fcntl(int fd, int command, int argument)',
    waitpid: 'int waitpid(int pid, _Out_ int *status, int options)',
    posix_spawn: 'int posix_spawn(_Out_ int *pid, const char *path, const uint8_t *actions, const uint8_t *attributes, const char **argv, const char **envp)',
    posix_spawn_file_actions_init: 'int posix_spawn_file_actions_init(uint8_t *actions)',
    posix_spawn_file_actions_adddup2: 'int posix_spawn_file_actions_adddup2(uint8_t *actions, int fd, int target)',
    posix_spawn_file_actions_addopen: 'int posix_spawn_file_actions_addopen(uint8_t *actions, int target, const char *path, int flags, unsigned int mode)',
    posix_spawn_file_actions_destroy: 'int posix_spawn_file_actions_destroy(uint8_t *actions)',
    posix_spawnattr_init: 'int posix_spawnattr_init(uint8_t *attributes)',
    posix_spawnattr_setflags: 'int posix_spawnattr_setflags(uint8_t *attributes, short flags)',
    posix_spawnattr_setsigdefault: 'int posix_spawnattr_setsigdefault(uint8_t *attributes, const uint8_t *signals)',
  }
  const calls = Object.fromEntries(Object.entries(signatures).map(([name, signature]) => [name, libc.func(signature)])) as unknown as Calls
  const names = new Map<number, string>(Object.entries(koffi.os.errno).map(([name, code]) => [code as number, name]))
  loaded = { calls, nameOf: (code) => names.get(code) ?? `errno ${code}` }
  return loaded
}

/**
 * Starts a program in a session of its own, without variables: /dev/null at 0, sockets at 1 to `statusFd`. With `pipes`, all but the channel are pipes, which
 * belong to no network and so can be given to a restored process, and one more is at 6. It reads a `file` at a
 * descriptor below 10. Throws where no descriptors are left.
 */
export function startChild(path: string, args: string[], { pipes = false, file }: { pipes?: boolean, file?: { fd: number, path: string } } = {}): Child {
  const { calls, nameOf } = library()
  const ours: number[] = []
  const theirs: number[] = []
  try {
    for (let fd = 1; fd <= (pipes ? endingFd : statusFd); fd++) {
      const pair = [0, 0]
      const made = pipes && fd !== channelFd ? calls.pipe2(pair, closeOnExec) : calls.socketpair(1, streamSocket, 0, pair)
      if (made < 0) throw new Error('No file descriptors are left')
      ours.push(pair[0]!)
      theirs.push(aboveTargets(calls, pair[1]!))
    }
  } catch (error) {
    for (const fd of [...ours, ...theirs]) closeSync(fd)
    throw error
  }
  const [stdout, stderr, channel, logs, status, ending] = ours.map((fd, n) => new Socket({ fd, readable: true, writable: n === 2 }))
  // Whoever reads hears of the end; an error is one.
  for (const socket of [stdout!, stderr!, logs!, status!, ...ending ? [ending] : []]) socket.on('error', () => {})
  let onExited: (exit: Exit) => void
  const exited = new Promise<Exit>((resolve) => { onExited = resolve })
  const spawned = spawnLater(calls, path, args, theirs, file).then((pid) => {
    child.pid = pid
    status!.once('close', () => reap(calls, pid, onExited)).resume()
    return undefined
  }, (code: number) => {
    onExited({ code: 127, signal: null })
    return `${path} did not start: ${nameOf(code)}`
  })
  const child: Child = { pid: undefined, stdout: stdout!, stderr: stderr!, channel: channel!, logs: logs!, ...ending && { ending }, spawned, exited }
  return child
}

/** A descriptor that none of the child's own takes the place of. */
function aboveTargets(calls: Calls, fd: number): number {
  if (fd >= firstFreeFd) return fd
  const higher = calls.fcntl(fd, duplicate, firstFreeFd)
  closeSync(fd)
  if (higher < 0) throw new Error('No file descriptors are left')
  return higher
}

const signals = Buffer.alloc(128, 0xff)

/** Resolves with the process id; rejects with the error's number. The child's descriptors are closed here then. */
async function spawnLater(calls: Calls, path: string, args: string[], fds: number[], file?: { fd: number, path: string }): Promise<number> {
  // As large as the structures of any C library, and more.
  const [actions, attributes] = [Buffer.alloc(512), Buffer.alloc(1024)]
  calls.posix_spawn_file_actions_init(actions)
  calls.posix_spawn_file_actions_addopen(actions, 0, '/dev/null', 0, 0)
  if (file) calls.posix_spawn_file_actions_addopen(actions, file.fd, file.path, 0, 0)
  for (const [n, fd] of fds.entries()) calls.posix_spawn_file_actions_adddup2(actions, fd, n + 1)
  calls.posix_spawnattr_init(attributes)
  calls.posix_spawnattr_setflags(attributes, newSession | defaultSignals | emptyMask)
  // Node.js ignores SIGPIPE, which its children would inherit.
  calls.posix_spawnattr_setsigdefault(attributes, signals)
  const pid = [0]
  try {
    const code = await new Promise<number>((resolve, reject) => {
      calls.posix_spawn.async(pid, path, actions, attributes, [basename(path), ...args, null], [null], (error: Error | null, result: number) => {
        if (error) reject(error)
        else resolve(result)
      })
    })
    if (code !== 0) throw code
    return pid[0]!
  } finally {
    calls.posix_spawn_file_actions_destroy(actions)
    for (const fd of fds) closeSync(fd)
  }
}

/** Asks how a process ended that is just ending. */
function reap(calls: Calls, pid: number, onExited: (exit: Exit) => void): void {
  const status = [0]
  const ended = calls.waitpid(pid, status, noHang)
  if (ended === 0) return void setTimeout(() => reap(calls, pid, onExited), 1)
  const how = status[0]!
  const signal = how & 0x7f
  if (ended < 0) return onExited({ code: null, signal: 'SIGKILL' })
  onExited(signal ? { code: null, signal: signalNames.get(signal) ?? `signal ${signal}` } : { code: how >> 8 & 0xff, signal: null })
}
