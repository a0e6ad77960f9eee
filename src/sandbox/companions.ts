import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { sandboxCommand } from './bubblewrap.ts'
import type { Exit, Extension } from './driver.ts'
import { extensionScript, extensionsFolder } from './extension-programs.ts'
import { insidePid } from './furnish.ts'
import type { Sandbox } from './furnish.ts'
import { connectInside, connectInsideByProcess, firstChild, networkOwner } from './linux.ts'

// Extensions of an isolated sandbox: each a sandbox of its own with the folders, /tmp, network, user and control groups of the runtime's. Its processes are
// numbered apart, so that it lives on when the runtime's end takes all of the runtime's processes with it.

const nsenter = '/usr/bin/nsenter'
const shell = { command: '/bin/sh', args: ['-c', 'eval "$(cat <&3)"'] }

export function startCompanion(sandbox: Sandbox, name: string, environment: Record<string, string>): Extension {
  const { begun } = sandbox
  if (begun.network !== 'host' && !existsSync(nsenter)) throw new Error(`Extensions need nsenter (util-linux) on this host: there is no ${nsenter}`)
  const pid = insidePid(sandbox)
  if (begun.network !== 'host') sandbox.networkFd ??= openSync(`/proc/${pid}/ns/net`, 'r')
  const owner = begun.privileged || begun.network === 'host' ? undefined : networkOwner(pid)
  // Without root, only whoever is in the user namespace that owns a network can enter it.
  const user = owner === undefined ? [] : ['--preserve-credentials', '--user=/proc/self/fd/4']
  const enter = begun.network === 'host' ? [] : [nsenter, ...user, `--net=/proc/${pid}/ns/net`, '--']
  const { command, args } = sandboxCommand({ ...begun, variables: {}, beside: { ...shell, enter } })
  let child: ChildProcess
  try {
    child = spawn(command, args, { cwd: '/', detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe', owner ?? 'ignore'], env: {} })
  } finally {
    if (owner !== undefined) closeSync(owner)
  }
  const script = child.stdio[3] as Writable
  script.on('error', () => {})
  script.end(extensionScript(`${extensionsFolder}/${name}`, environment))
  const exited = endOfProcess(child)
  const kill = (): void => {
    try { if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL') } catch { /* It is gone. */ }
  }
  sandbox.companions.add({
    child,
    async end() {
      kill()
      await exited
    },
  })
  return { stdout: child.stdout!, stderr: child.stderr!, exited, kill }
}

export async function endCompanions(sandbox: Sandbox): Promise<void> {
  await Promise.all([...sandbox.companions].map((companion) => companion.end()))
  if (sandbox.networkFd !== undefined) closeSync(sandbox.networkFd)
  delete sandbox.networkFd
}

/** Connects to a port inside, as the runtime would. */
export async function connectBeside(sandbox: Sandbox, port: number): Promise<Socket> {
  const { network, privileged } = sandbox.begun
  if (network === 'host') return connect({ host: '127.0.0.1', port })
  // Where the runtime has ended, an extension still is in its network.
  const inside = (): number => [...sandbox.companions].map(({ child }) => firstChild(child.pid)).find(Boolean) ?? insidePid(sandbox)
  if (!privileged) return connectInsideByProcess(inside(), port)
  return connectInside(sandbox.networkFd === undefined ? `/proc/${insidePid(sandbox)}/ns/net` : `/proc/self/fd/${sandbox.networkFd}`, port)
}

/** bwrap says 128 and its number where a signal ended the process. Only those that the kernel sends are read so; a runtime may well exit with 129. */
const signalOf: Record<number, string> = { 132: 'SIGILL', 134: 'SIGABRT', 135: 'SIGBUS', 136: 'SIGFPE', 137: 'SIGKILL', 139: 'SIGSEGV', 159: 'SIGSYS' }

/** How a program in a sandbox of bubblewrap's ended, by the end of bubblewrap. */
export function endOf({ code, signal }: Exit): Exit {
  return code !== null && signalOf[code] ? { code: null, signal: signalOf[code] } : { code, signal }
}

function endOfProcess(child: ChildProcess): Promise<Exit> {
  return new Promise<Exit>((resolve) => {
    child.once('error', () => resolve({ code: 127, signal: null }))
    child.once('exit', (code, signal) => resolve(endOf({ code, signal })))
  })
}
