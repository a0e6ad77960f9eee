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
  onOutput: (line: string, at: number) => void | Promise<void>
  /** Of an aborted start, nothing is left running. */
  signal?: AbortSignal
}

/** One started runtime with one function's code: serves one invocation at a time. */
export interface Environment {
  readonly id: string
  /** Milliseconds from the start of the runtime's init to its first request for work. */
  readonly initDurationMs: number
  /** Set where init failed: the error that the runtime reported, or how it exited. invoke() then answers this. */
  readonly initError?: Outcome
  readonly alive: boolean
  invoke(invocation: Invocation): Promise<Outcome>
  /**
   * Lets no CPU pass (freezer) until the next invoke, from some milliseconds after now on: resolves then, or when an invoke came first. A driver that
   * cannot, does nothing.
   */
  freeze(): Promise<void>
  /** SIGTERM with its grace for extensions, then SIGKILL; nothing of it is left. */
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
  /** Called with the stream, where the runtime answers in streaming mode. */
  onStream?: (body: Readable, contentType: string | undefined) => void
  /** Called before the stream ends; `failed` where the function reported an error after it began, or sent more than may be streamed. */
  onStreamEnd?: (failed: boolean) => void
}

/** How an invocation (or init) ended. After `timeout` and `exit` the environment is dead. */
export type Outcome = { durationMs: number, maxMemoryUsedMB: number } & (
  | { kind: 'response', payload: Uint8Array }
  | { kind: 'error', errorType: string, payload: Uint8Array }
  | { kind: 'timeout' }
  | { kind: 'exit', code: number | null, signal: string | null, outOfMemory: boolean }
)

export class SandboxError extends Error {
  readonly reason: 'runtime-missing' | 'start-failed' | 'host-limit'
  constructor(reason: SandboxError['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}
