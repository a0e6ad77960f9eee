import type { Readable } from 'node:stream'
import type { Socket } from 'node:net'
import type { FunctionSpec, Runtime } from '../contracts/sandbox.ts'

/** A way to run processes. The supervisor (environment.ts) speaks to the runtime; a driver only starts, limits, freezes and ends it. */
export interface Driver {
  /** Sandboxes have a loopback of their own, unless they are given the host's network. */
  readonly ownNetwork: boolean
  /** A started process with the function's code in place, waiting for its assignment on `channel`. */
  launch(runtime: Runtime, spec: FunctionSpec): Promise<Instance>
  /** Fills the warm pool for a runtime, where there is one. */
  prepare?(runtime: Runtime): void
  close(): Promise<void>
}

export interface Exit { code: number | null, signal: string | null }

/** A program that runs beside the runtime. */
export interface Extension {
  readonly stdout: Readable
  readonly stderr: Readable
  readonly exited: Promise<Exit>
  kill(): void
}

export interface Instance {
  readonly id: string
  /** The Runtime API's connection: an inherited descriptor that no other process has. */
  readonly channel: Socket
  /** Log frames of the runtime. */
  readonly logs: Readable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Where the runtime sees its code and its layers. */
  readonly taskRoot: string
  readonly layersRoot: string
  /** Where it sees the SDK of its language, where there is one. */
  readonly sdkRoot?: string | undefined
  /** Where it sees our bootstraps. */
  readonly runtimesRoot: string
  readonly exited: Promise<Exit>
  /** Whether the runtime itself still runs: of one that ended, `exited` may come some time later. */
  running(): boolean
  /** Whether its memory limit was what ended it. */
  outOfMemory(): boolean
  /** Peak so far. */
  memoryUsedMB(): number
  /** Looks at the limits that the kernel does not keep for this driver; called some times a second while it runs. */
  check(): void
  /** The function's share of the CPU holds from now on: init runs at full speed, as on AWS. */
  initEnded(): void
  freeze(): void
  thaw(): void
  terminate(): void
  /** SIGKILL to the runtime; extensions live on. */
  kill(): void
  /** Starts a program of /opt/extensions beside the runtime, with these variables: in the same network, folders and limits. */
  startExtension(name: string, environment: Record<string, string>): Extension
  /** Connects to 127.0.0.1:port as the runtime sees it. */
  connect(port: number): Promise<Socket>
  /** Of one that becomes a snapshot: keeps its runtime, which waits for nothing but that, in the folder. */
  checkpoint?(): Promise<void>
  /** Of one that comes from a snapshot: its runtime goes on from there. */
  restore?(): Promise<void>
  /** SIGKILL to everything in it; resolves when nothing is left. */
  destroy(): Promise<void>
}
