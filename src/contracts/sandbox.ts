import type { Readable } from 'node:stream'
import type { Socket } from 'node:net'

/** Running other people's code. Services see this; drivers (isolated, process, scripted) implement it behind a supervisor. */
export interface Sandboxes {
  /** The driver in use, and what it does not isolate. */
  readonly driver: 'isolated' | 'process' | 'scripted'
  /** What this host can run: `{ name: 'nodejs22.x', executable, version, exact }`; exact is false where the version differs from the name's. */
  runtimes(): Promise<Runtime[]>
  /** Starts an environment for a function (from the warm pool where it can) and runs its init phase. Rejects with SandboxError where none can be started. */
  start(spec: FunctionSpec): Promise<Environment>
  /** Starts runtimes of a name ahead of its first function, where the driver keeps a warm pool; returns at once, and begins some time later. */
  prepare?(runtime: string): void
  /** Whether a started function can be kept as a snapshot on this host and started from it; tried once. */
  snapshots?(): Promise<{ works: boolean, why: string }>
  /** Ends what an earlier Fogbank on the same folder has left behind; the first start does so as well. */
  recover?(): Promise<void>
  /** Ends everything. */
  close(): Promise<void>
}

export interface Runtime { name: string, executable: string, version: string, exact: boolean }

export interface FunctionSpec {
  /** `nodejs22.x`, `python3.12`, ... */
  runtime: string
  handler: string
  /** Folder of the unzipped code; mounted read-only at /var/task. */
  codeFolder: string
  /** Folder of the merged layers, mounted read-only at /opt. */
  layersFolder?: string
  /** The function's variables and the reserved ones (AWS_LAMBDA_FUNCTION_NAME, credentials, ...), all that the runtime shall see. */
  environment: Record<string, string>
  memoryMB: number
  ephemeralStorageMB: number
  /**
   * A folder that functions share, seen at `at` (`/mnt/...`) and writable; made where it is missing. What they write belongs to one user for each `name`,
   * whoever they are.
   */
  fileSystem?: { folder: string, at: string, name: string }
  /** Bound of the init phase; 10 s on AWS. */
  initTimeoutMs: number
  /**
   * `none`: nothing but the Runtime API and `endpoints`; `internet`: also TCP to public IPv4 addresses and the names of the internet, where the driver has that
   * (`fogbank doctor` says so); `host`: the host's network.
   */
  network: 'none' | 'internet' | 'host'
  /** TCP ports on 127.0.0.1 inside the sandbox that Fogbank answers: its own gateway. */
  endpoints: { port: number, serve: (socket: Socket) => void }[]
  /**
   * A line that the function wrote to stdout or stderr (or an event that it logged through its runtime), without the last line end. No more is read
   * until a promise settles.
   */
  onOutput: (line: string, at: number, source?: 'extension') => void | Promise<void>
  /** Of an environment with extensions, what happens besides output, as it happens. The record that it answers goes to those who subscribed to such events. */
  onEvent?: (event: SandboxEvent) => PlatformRecord | undefined
  /** What was told of the environment before it started: whoever subscribes during init has it. */
  begun?: PlatformRecord
  /** For extensions that ask for it when they register. */
  accountId?: string
  /** Of an aborted start, nothing is left running. */
  signal?: AbortSignal
  snapshot?: Snapshot
}

/**
 * `take`: the function is kept in the folder, which is made, when its init and its hooks before the snapshot are over; the environment that is answered is not
 * alive. `restore`: it goes on from there, and its init is what comes after the restore; SandboxError `snapshot-unusable` where it cannot, because the snapshot
 * is not there, or is another host's or another runtime's: it has to be taken again.
 */
export interface Snapshot {
  mode: 'take' | 'restore'
  folder: string
  /** What the function is told at AWS_CONTAINER_CREDENTIALS_FULL_URI, as JSON, where it has the token of AWS_CONTAINER_AUTHORIZATION_TOKEN. */
  credentials: () => Promise<object>
}

/** What Lambda tells of an environment or an invocation: `{ type: 'start', record: { requestId, ... } }`; as its Telemetry API has it, without `platform.`. */
export interface PlatformRecord { type: string, record: unknown, at: number }

export type SandboxEvent =
  /** Init is over, as far as the runtime goes. */
  | { type: 'initRuntimeDone', ending: Ending }
  /** The runtime is done with an invocation, its extensions may not be. `respondedAt` is when its answer began, in milliseconds from the invocation's start. */
  | { type: 'runtimeDone', requestId: string, traceHeader?: string | undefined, startedAt: number, durationMs: number, respondedMs?: number, ending: Ending }
  /** What became of an extension by the end of init. */
  | { type: 'extension', name: string, state: string, events: string[], errorType?: string }
  | { type: 'subscription', api: 'telemetry' | 'logs', name: string, types: string[] }

/** One started runtime with one function's code: serves one invocation at a time. */
export interface Environment {
  readonly id: string
  /** Milliseconds from the start of the runtime's init to its first request for work. */
  readonly initDurationMs: number
  /** Of a restored one: of `initDurationMs`, what its own hooks and its runtime took. */
  readonly afterRestoreMs?: number
  /** Set where init failed: the error that the runtime reported, or how it exited. invoke() then answers this. */
  readonly initError?: Outcome
  readonly alive: boolean
  /** Whether it has extensions: what an invocation costs then goes on after its answer, see `onAnswer`. */
  readonly extended?: boolean
  /** Tells whoever subscribed to platform events; nothing happens where nobody did. */
  tell?(record: PlatformRecord): void
  /** Whether anybody would hear. */
  readonly heard?: boolean
  invoke(invocation: Invocation): Promise<Outcome>
  /**
   * Lets no CPU pass (freezer) until the next invoke, from some milliseconds after now on: resolves then, or when an invoke came first. A driver that
   * cannot, does nothing.
   */
  freeze(): Promise<void>
  /** SIGKILL at once; where there are extensions, the runtime's SIGTERM and their SHUTDOWN event come before, with AWS's times. Nothing of it is left. */
  stop(): Promise<void>
}

export interface Invocation {
  requestId: string
  payload: Uint8Array
  /** Wall-clock bound; the environment is killed when it passes. */
  timeoutMs: number
  invokedFunctionArn: string
  traceHeader?: string
  clientContext?: string
  cognitoIdentity?: string
  /** Of a function with tenant isolation: for whom it is invoked. */
  tenantId?: string
  /** Called with the stream, where the runtime answers in streaming mode. */
  onStream?: (body: Readable, contentType: string | undefined) => void
  /** Called before the stream ends; `failed` where the function reported an error after it began, or sent more than may be streamed. */
  onStreamEnd?: (failed: boolean, bytes: number) => void
  /** With extensions: the runtime has answered and is ready for its next work, while extensions still have theirs to do. */
  onAnswer?: (outcome: Outcome) => void
}

/** How an invocation (or init) ended, and what it took; `extensionsMs` of the duration were the extensions' after the runtime was done. */
export type Outcome = { durationMs: number, maxMemoryUsedMB: number, extensionsMs?: number } & Ending

/** After all but `response` and `error` the environment is dead. */
export type Ending =
  | { kind: 'response', payload: Uint8Array }
  | { kind: 'error', errorType: string, payload: Uint8Array }
  | { kind: 'timeout' }
  | { kind: 'exit', code: number | null, signal: string | null, outOfMemory: boolean }
  /** An extension crashed, could not be started or reported an error: `Extension.Crash`, and its exit status in words. */
  | { kind: 'extension', errorType: string, message: string }

export class SandboxError extends Error {
  readonly reason: 'runtime-missing' | 'start-failed' | 'host-limit' | 'snapshot-unusable'
  constructor(reason: SandboxError['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}
