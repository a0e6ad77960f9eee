import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SandboxError } from '../contracts/sandbox.ts'
import type { FunctionSpec } from '../contracts/sandbox.ts'
import { endOf } from './companions.ts'
import { startInGroups } from './confine.ts'
import { criuCommand } from './criu.ts'
import type { Checkpoints } from './criu.ts'
import type { Exit, Instance } from './driver.ts'
import { findExtensions } from './extension-programs.ts'
import { insidePid } from './furnish.ts'
import type { Sandbox } from './furnish.ts'
import { childrenOf, firstChild, keepInherited } from './linux.ts'
import type { Child } from './spawn.ts'

// Snapshots of functions. What is kept is not the sandbox but two processes in it (runtimes/snapshots/hold.sh): the runtime, and a shell that tells how it
// ended. criu runs inside the namespaces, with the sandbox's files, network and process numbers, so that none of those is part of a snapshot, and a restore
// is a fresh sandbox and some 20 ms. Its pipes are the only thing of the outside that the runtime has then; it has no connections.

const run = promisify(execFile)
const socketsLeft = 'init left a network connection or a listening socket open, which this criu cannot keep on this kernel'
const dumpTimeoutMs = 120_000
/** Descriptors of the kept shell that lead to Fogbank. */
const pipeFds = [1, 2, 4, 6]
const about = 'snapshot.json'

export type Working = Checkpoints & { works: true }

/** What a snapshot needs of whoever restores it. */
interface About { depends: string, pid: number, pipes: string[] }

/** Where the files of criu are seen, whatever the mounts are: an open descriptor leads there. */
const imagesFd = '/proc/self/fd/7'
const criuFd = '/proc/self/fd/8'

/** A snapshot of another start of the machine, kernel, criu, runtime, bootstrap or port cannot be used. */
function dependsOn(checkpoints: Working, { begun }: Sandbox, spec: FunctionSpec): string {
  const { executable, version } = begun.runtime
  const bootstraps = createHash('sha256')
  for (const name of ['snapshots/hold.sh', 'python/bootstrap.py', 'java/classes/fogbank/Bootstrap.class']) {
    const path = join(begun.runtimesFolder, name)
    if (existsSync(path)) bootstraps.update(readFileSync(path))
  }
  return JSON.stringify([checkpoints.key, executable, version, bootstraps.digest('hex'), spec.endpoints.map((endpoint) => endpoint.port)])
}

/** Throws where no snapshot can be taken of such a function, or restored. */
export function checkSnapshot(spec: FunctionSpec, checkpoints: Checkpoints, privileged: boolean): asserts checkpoints is Working {
  const no = (why: string): SandboxError => new SandboxError('host-limit', why)
  if (!checkpoints.works) throw no(`${checkpoints.why} ${checkpoints.hint}`)
  if (!privileged) throw no('Snapshots of functions need isolated sandboxes as root.')
  if (spec.network === 'host' || spec.fileSystem) throw no('A function with the host\'s network or a file system has no snapshots.')
  if (findExtensions(spec).length) throw no('A function with external extensions has no snapshots in this cloud yet.')
}

/** `log`: the file of what criu says, beside the images; `gate`: it waits for a line on its descriptor 3. */
interface How { log: string, uid?: number, gate?: boolean }

/** Runs criu in the namespaces of a sandbox, with the images at `imagesFd`. */
function inside(checkpoints: Working, pid: number, folder: string, how: How, args: string[]): string[] {
  const { criu } = checkpoints
  const { log, uid, gate = false } = how
  // To read the limits of a process one has to be its user, or has to have a right that a container's root lacks.
  const become = uid === undefined ? [] : ['/usr/bin/setpriv', '--ruid', String(uid), '--rgid', String(uid), '--clear-groups', '--']
  const script = `cd /; images=$1; folder=$2; shift 2
${gate ? 'read -r _ <&3 || exit 0' : ':'}
exec "$@" 3<&- 7< "$images" 8< "$folder"`
  return ['-c', script, 'criu', folder, criu.folder ?? '/',
    '/usr/bin/nsenter', '-t', String(pid), '-m', '-p', '-n', '-i', '-u', '--', ...become, ...criuCommand(criu, criu.folder && criuFd), ...args,
    '-D', imagesFd, '-o', `${imagesFd}/${log}`, '-v1', '--manage-cgroups=ignore', '--network-lock', 'skip', '--tcp-close', '--file-validation', 'filesize',
  ]
}

/** The last that criu said. */
function reason(log: string): string {
  try {
    const errors = readFileSync(log, 'utf8').split('\n').filter((line) => line.includes('Error')).map((line) => line.replace(/^.*?\): /, ''))
    if (errors.some((line) => line.startsWith('sockets: Can\'t get'))) return socketsLeft
    // The first is what went wrong, the ones after it what came of that; one says nothing on this machine.
    return errors.find((line) => !line.includes('RLIMIT_NOFILE')) ?? 'criu does not say why'
  } catch {
    return 'criu does not say why'
  }
}

/** The kept shell of a sandbox whose runtime was started in it. */
const keptShell = (sandbox: Sandbox): number | undefined => firstChild(firstChild(firstChild(sandbox.child.pid)))

/** A sandbox whose runtime becomes a snapshot. */
export function takenInstance(
  checkpoints: Working, sandbox: Sandbox, spec: FunctionSpec, instanceOf: (pidOf: () => number | undefined) => Instance,
): Instance {
  keepInherited()
  return { ...instanceOf(() => firstChild(keptShell(sandbox))), checkpoint: () => dump(checkpoints, sandbox, spec) }
}

async function dump(checkpoints: Working, sandbox: Sandbox, spec: FunctionSpec): Promise<void> {
  const target = spec.snapshot!.folder
  const folder = `${target}.new`
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'tmp'), { recursive: true, mode: 0o700 })
  const shell = keptShell(sandbox)
  if (!shell) throw new SandboxError('start-failed', 'The runtime ended before its snapshot')
  const pipes = pipeFds.map((fd) => /^pipe:\[(\d+)\]$/.exec(readlinkSync(`/proc/${shell}/fd/${fd}`))![1]!)
  const pid = Number(/^NSpid:.*\t(\d+)$/m.exec(readFileSync(`/proc/${shell}/status`, 'latin1'))![1])
  const args = inside(checkpoints, insidePid(sandbox), folder, { log: 'log', uid: sandbox.begun.uid }, ['dump', '-t', String(pid), '--leave-running'])
  try {
    await run('/bin/sh', args, { timeout: dumpTimeoutMs, env: {} })
    await run('/bin/cp', ['-a', `${join(sandbox.slot, 'tmp')}/.`, join(folder, 'tmp')])
  } catch {
    const why = reason(join(folder, 'log'))
    rmSync(folder, { recursive: true, force: true })
    throw new SandboxError('start-failed', `The snapshot could not be taken: ${why}`)
  }
  writeFileSync(join(folder, about), JSON.stringify({ depends: dependsOn(checkpoints, sandbox, spec), pid, pipes } satisfies About))
  rmSync(target, { recursive: true, force: true })
  await rename(folder, target)
}

/** A sandbox into which a snapshot is restored. Its descriptors are those of criu, which hands them on. */
export async function restoredInstance(
  checkpoints: Working, sandbox: Sandbox, spec: FunctionSpec, instanceOf: (pidOf: () => number | undefined) => Instance,
): Promise<Instance> {
  const { folder } = spec.snapshot!
  const { pid, pipes } = readAbout(checkpoints, sandbox, spec)
  const temporary = join(folder, 'tmp')
  if (readdirSync(temporary).length) await run('/bin/cp', ['-a', `${temporary}/.`, join(sandbox.slot, 'tmp')])
  const init = insidePid(sandbox)
  const inherited = pipes.flatMap((pipe, n) => ['--inherit-fd', `fd[${pipeFds[n]}]:pipe:[${pipe}]`])
  // Several may come from one snapshot at once.
  const log = `restore-${sandbox.id}.log`
  const args = inside(checkpoints, init, folder, { log, gate: true }, ['restore', '-d', ...inherited])
  const child = startInGroups(sandbox.begun, join(sandbox.slot, 'restore'), '/bin/sh', args)
  const shellOf = (): number | undefined => childrenOf(init).find((one) => new RegExp(`^NSpid:.*\\t${pid}$`, 'm').test(statusOf(one)))
  let runtime: number | undefined
  const base = instanceOf(() => runtime ??= firstChild(shellOf()))
  const exited = Promise.race([sandbox.exited.then((): Exit => ({ code: null, signal: 'SIGKILL' })), endingOf(child)])
  // Who is in the sandbox is its own business; nobody else ends what is left when a runtime has ended.
  return {
    ...base, channel: child.channel, stdout: child.stdout, stderr: child.stderr, logs: child.logs, exited,
    async restore() {
      child.channel.write('go\n')
      const { code } = await child.exited
      const why = code === 0 ? undefined : reason(join(folder, log))
      await rm(join(folder, log), { force: true })
      if (why !== undefined) throw new SandboxError('snapshot-unusable', `The snapshot could not be restored: ${why}`)
    },
    async destroy() {
      await base.destroy()
      child.channel.destroy()
      await child.exited
    },
  }
}

function readAbout(checkpoints: Working, sandbox: Sandbox, spec: FunctionSpec): About {
  const path = join(spec.snapshot!.folder, about)
  if (!existsSync(path)) throw new SandboxError('snapshot-unusable', 'The snapshot is not there')
  const read = JSON.parse(readFileSync(path, 'utf8')) as About
  if (read.depends !== dependsOn(checkpoints, sandbox, spec)) throw new SandboxError('snapshot-unusable', 'The snapshot is of another machine or runtime')
  return read
}

/** What the kept shell says of the runtime's end; nothing, where it was ended itself. */
async function endingOf({ ending }: Child): Promise<Exit> {
  let said = ''
  ending!.on('data', (chunk: Buffer) => { said += chunk.toString('latin1') })
  await new Promise((resolve) => ending!.once('close', resolve))
  const code = /^\d+\n$/.test(said) ? Number(said) : undefined
  return code === undefined ? { code: null, signal: 'SIGKILL' } : endOf({ code, signal: null })
}

function statusOf(pid: number): string {
  try { return readFileSync(`/proc/${pid}/status`, 'latin1') } catch { return '' }
}
