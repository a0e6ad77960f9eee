import { chmodSync, mkdirSync, statSync } from 'node:fs'
import type { Server, Socket } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { SandboxError } from '../contracts/sandbox.ts'
import type { FunctionSpec } from '../contracts/sandbox.ts'
import type { Logger } from '../platform/logging.ts'
import type { Cgroup } from './cgroups.ts'
import type { Start } from './confine.ts'
import type { Exit } from './driver.ts'
import { openInternet } from './internet.ts'
import type { Destination, Internet } from './internet.ts'
import { bind, firstChild, listenInside, listenInsideByProcess, mirrorReadOnly, mountTemporary, resizeTemporary, unmount } from './linux.ts'
import type { Child } from './spawn.ts'

// What is put into a sandbox that runs already: its function's folders, its network, its ports.
const temporaryMBDefault = 512

/** A sandbox whose runtime was started and that has, or awaits, a function. */
export interface Sandbox {
  id: string
  child: Child
  cgroup: Cgroup
  slot: string
  /** Resolves when the runtime asks for its assignment. */
  ready: Promise<void>
  exited: Promise<Exit>
  mounted: string[]
  /** What listens inside, by port. */
  servers: Map<number, Listening>
  internet?: Internet | undefined
  temporaryMB: number
  /** How its runtime was started. */
  begun: Start
  /** The extensions that run beside its runtime. */
  companions: Set<{ child: Child, end(): Promise<void> }>
  /** Holds its network, for as long as extensions live on without their runtime. */
  networkFd?: number
  destroy(): Promise<void>
}

export interface Listening { server: Server, serve: (socket: Socket) => void }

export interface Usual { ports: number[], internet: boolean }

/** What every function needs of a sandbox, given to one that waits: /tmp of the usual size, and the ports and the network that the functions before it had. */
export function furnish(sandbox: Sandbox, usual: Usual, giveInternet: (sandbox: Sandbox) => void): void {
  giveTemporary(sandbox, temporaryMBDefault)
  if (usual.ports.length) listen(sandbox, usual.ports)
  if (usual.internet) giveInternet(sandbox)
}

export interface InternetOptions {
  privileged: boolean
  /** Makes the connections of functions that have the internet; the host does where it is not said. */
  dial?: (to: Destination) => Socket
  log: Logger
}

/** Where the host cannot give a sandbox the internet, that is said once, and functions reach Fogbank alone. */
export function internetGiver(options: InternetOptions): (sandbox: Sandbox) => void {
  let works = options.privileged
  return (sandbox) => {
    if (!works || sandbox.internet) return
    try {
      sandbox.internet = openInternet(insidePid(sandbox), options.dial)
    } catch (error) {
      if (error instanceof SandboxError) throw error
      works = false
      options.log.warn(`Functions reach Fogbank and no other network: ${(error as Error).message}`)
    }
  }
}

export function closeInternet(sandbox: Sandbox): void {
  sandbox.internet?.close()
  sandbox.internet = undefined
}

function giveTemporary(sandbox: Sandbox, sizeMB: number): void {
  const temporary = join(sandbox.slot, 'tmp')
  if (sandbox.temporaryMB) resizeTemporary(temporary, sizeMB)
  else {
    mountTemporary(temporary, sizeMB)
    sandbox.mounted.push(temporary)
  }
  sandbox.temporaryMB = sizeMB
}

/** Shows the function's folders in a started sandbox. */
export function bindFunction(sandbox: Sandbox, spec: FunctionSpec, bindReadOnly: (source: string, target: string) => void): void {
  const show = (source: string, name: string): void => {
    // The sandbox's user owns nothing: a folder that only Fogbank's user may enter would be empty to it.
    const { mode } = statSync(source)
    if ((mode & 0o5) !== 0o5) chmodSync(source, mode | 0o55)
    const target = join(sandbox.slot, name)
    bindReadOnly(source, target)
    sandbox.mounted.push(target)
  }
  show(spec.codeFolder, 'task')
  if (spec.layersFolder) show(spec.layersFolder, 'opt')
  if (sandbox.temporaryMB !== spec.ephemeralStorageMB) giveTemporary(sandbox, spec.ephemeralStorageMB)
}

/** Binds folders read-only, from a read-only mirror of the folder that holds them: those of all functions lie in one, so that showing one is a single mount. */
export function mirrors(slots: string): (source: string, target: string) => void {
  const made = new Map<string, string>()
  let count = 0
  const mirrorOf = (folder: string): string => {
    let mirror = made.get(folder)
    if (!mirror) {
      mkdirSync(mirror = join(slots, `mirror${count++}`))
      mirrorReadOnly(folder, mirror)
      made.set(folder, mirror)
    }
    return mirror
  }
  return (source, target) => {
    const above = dirname(source)
    const known = made.get(above)
    try {
      bind(join(mirrorOf(above), basename(source)), target)
    } catch (error) {
      if (!known) throw error
      // The folder was made anew since: its mirror shows the old one.
      unmount(known)
      made.delete(above)
      bind(join(mirrorOf(above), basename(source)), target)
    }
  }
}

/** With the host's network, the function reaches Fogbank's own port. */
export async function serveEndpoints(sandbox: Sandbox, spec: FunctionSpec, privileged: boolean): Promise<void> {
  if (spec.network === 'host') return
  const { servers } = sandbox
  for (const [port, { server }] of servers) {
    if (spec.endpoints.some((endpoint) => endpoint.port === port)) continue
    server.close()
    servers.delete(port)
  }
  const missing = spec.endpoints.filter((endpoint) => !servers.has(endpoint.port))
  if (missing.length && privileged) listen(sandbox, missing.map((endpoint) => endpoint.port))
  else if (missing.length) {
    const inside = await listenInsideByProcess(insidePid(sandbox), missing)
    for (const [port, server] of inside) servers.set(port, { server, serve: () => {} })
  }
  for (const endpoint of spec.endpoints) servers.get(endpoint.port)!.serve = endpoint.serve
}

/** Listens inside; whoever connects is turned away until somebody serves. */
function listen(sandbox: Sandbox, ports: number[]): void {
  const pid = insidePid(sandbox)
  for (const port of ports) {
    const server = listenInside(pid, port, (socket) => listening.serve(socket))
    const listening: Listening = { server, serve: (socket) => void socket.destroy() }
    sandbox.servers.set(port, listening)
  }
}

export function insidePid(sandbox: Sandbox): number {
  const pid = firstChild(sandbox.child.pid)
  if (!pid) throw new SandboxError('start-failed', 'A sandbox ended while it was given its function')
  return pid
}
