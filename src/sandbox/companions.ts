import { closeSync, openSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { startSandboxed } from './confine.ts'
import type { Exit, Extension } from './driver.ts'
import { extensionScript, extensionsFolder } from './extension-programs.ts'
import { insidePid } from './furnish.ts'
import type { Sandbox } from './furnish.ts'
import { connectInside, connectInsideByProcess, firstChild } from './linux.ts'

// Extensions of an isolated sandbox: each a sandbox of its own with the folders, /tmp, network, user and control groups of the runtime's. Its processes are
// numbered apart, so that it lives on when the runtime's end takes all of the runtime's processes with it.

/** Its program has none of Fogbank's descriptors. */
const shell = { command: '/bin/sh', args: ['-c', 'script=$(cat <&3); exec 3<&- 4<&-; eval "$script"'] }

export function startCompanion(sandbox: Sandbox, name: string, environment: Record<string, string>): Extension {
  const { begun } = sandbox
  const network = begun.network === 'host' ? 'host' : insidePid(sandbox)
  if (network !== 'host') sandbox.networkFd ??= openSync(`/proc/${network}/ns/net`, 'r')
  const child = startSandboxed({ ...begun, variables: {}, program: shell, beside: { network } }, join(sandbox.slot, `start-${sandbox.companions.size}`))
  child.channel.on('error', () => {}).end(extensionScript(`${extensionsFolder}/${name}`, environment))
  child.logs.resume()
  const exited = child.exited.then(endOf)
  const kill = (): void => {
    try { if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL') } catch { /* It is gone. */ }
  }
  sandbox.companions.add({
    child,
    async end() {
      await child.spawned
      kill()
      await exited
    },
  })
  return { stdout: child.stdout, stderr: child.stderr, exited, kill }
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

/** The launcher says 128 and its number where a signal ended the process. Only those that the kernel sends are read so; a runtime may well exit with 129. */
const signalOf: Record<number, string> = { 132: 'SIGILL', 134: 'SIGABRT', 135: 'SIGBUS', 136: 'SIGFPE', 137: 'SIGKILL', 139: 'SIGSEGV', 159: 'SIGSYS' }

/** How a program in a sandbox ended, by the end of the launcher. */
export function endOf({ code, signal }: Exit): Exit {
  return code !== null && signalOf[code] ? { code: null, signal: signalOf[code] } : { code, signal }
}
