/** An error as the durable API writes it. */
export interface ErrorObject { ErrorMessage?: string, ErrorType?: string, ErrorData?: string, StackTrace?: string[] }

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'STOPPED'
export type OperationType = 'EXECUTION' | 'CONTEXT' | 'STEP' | 'WAIT' | 'CALLBACK' | 'CHAINED_INVOKE'
export type OperationStatus = 'STARTED' | 'PENDING' | 'READY' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'TIMED_OUT' | 'STOPPED'

/** The operation of another execution that waits for this one. */
export interface Parent { account: string, region: string, function: string, name: string, operation: string }

/** A durable execution: its place in the key space is its function and its name, which is unique for as long as it is retained. */
export interface ExecutionRow {
  function: string
  name: string
  id: string
  /** The version that all its invocations run; 0 is $LATEST. */
  version: number
  /** Of that version, as it was at the start: a version of the same number may be another function's by now. */
  codeSha256: string
  /** As it was invoked: a version, an alias or $LATEST. */
  qualifier: string
  status: ExecutionStatus
  startedAt: number
  endedAt?: number
  timeoutSeconds: number
  retentionDays: number
  /** Somebody waits for its result. */
  isSync: boolean
  traceId: string
  /** Of the chain of requests that it was started in; each of its invocations is one step of that chain. */
  lineage?: string
  clientContext?: string
  /** Of a function with tenant isolation: all its invocations are for this tenant. */
  tenantId?: string
  inputSha256: string
  /** Of an execution whose data is sealed: the key of KMS, and the data key as KMS encrypted it. */
  sealedBy?: { keyArn: string, dataKey: Uint8Array } | undefined
  /** The one checkpoint token that is good now; empty where there is none. */
  token: string
  /** What AWS counts as durable operations: the execution, each operation, each attempt again of a step or an invocation. */
  operationsUsed: number
  storedBytes: number
  /** The sequence number of the operation that was started last. */
  operationsStarted: number
  lastEventId: number
  /** Operations that changed from outside (timers, callbacks, chained invokes) and of which the function has not been told. */
  updated: string[]
  /** An invocation is queued. */
  due: boolean
  /** The invocation under way; one of an earlier process where a task finds it at its beginning. */
  invocation?: { requestId: string, startedAt: number }
  /** Something changed from outside while the invocation was under way. */
  woken: boolean
  /** Invocations that failed one after the other. */
  failures: number
  parent?: Parent
}

/** What an execution was given and what came of it: apart, so that a checkpoint does not write it again. */
export interface ExecutionDataRow {
  execution: string
  /** Empty where it is sealed. */
  input: string
  result?: string
  error?: ErrorObject
  sealedInput?: Uint8Array
  /** The result and the error. */
  sealedOutcome?: Uint8Array
}

/** Finds executions of a function by their start. */
export interface ExecutionStartRow { function: string, startedAt: number, id: string, name: string }

export interface OperationRow {
  execution: string
  id: string
  sequence: number
  type: OperationType
  status: OperationStatus
  parentId?: string
  name?: string
  subType?: string
  startedAt: number
  endedAt?: number
  result?: string
  error?: ErrorObject
  /** The result, the error and the payload of a chained invoke. */
  sealed?: Uint8Array
  /** Of a step: the attempts that have ended. */
  attempt?: number
  /** When a wait ends, a step may be tried again, or a callback times out. */
  dueAt?: number
  waitSeconds?: number
  timeoutSeconds?: number
  heartbeatSeconds?: number
  callbackId?: string
  replayChildren?: boolean
  chained?: Chained
}

/** The target of a chained invoke. `child`: the execution that it starts, where the function is durable. */
export interface Chained {
  functionName: string
  payload?: string
  tenantId?: string
  traceId?: string
  version?: string
  child?: { name: string, id: string, arn: string }
}

/** An event of the history. `facts`: the members of its details that are no data of the execution; times are milliseconds. */
export interface HistoryRow {
  execution: string
  eventId: number
  type: string
  at: number
  operation?: { id: string, name?: string, subType?: string, parentId?: string }
  facts?: Record<string, unknown>
  input?: string
  result?: string
  error?: ErrorObject
  /** The input, the result and the error. */
  sealed?: Uint8Array
}

/** What a checkpoint with a ClientToken was answered, for one that is sent again. */
export interface CheckpointAnswerRow { execution: string, clientToken: string, token: string, at: number, nextToken?: string, operations: OperationRow[] }
