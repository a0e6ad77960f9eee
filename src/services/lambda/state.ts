import type { DataKeys } from '../../platform/data-keys.ts'
import type { Lambda as LambdaClient } from '@aws-sdk/client-lambda'
import type { Operations } from '../../contracts/aws.ts'
import type { Environment } from '../../contracts/sandbox.ts'
import { awsError } from '../../platform/errors.ts'
import type { Scope } from '../../platform/service.ts'
import { table } from '../../platform/tables.ts'
import type { CodeLocations } from './code/location.ts'
import type {
  CheckpointAnswerRow, ExecutionDataRow, ExecutionRow, ExecutionStartRow, HistoryRow, OperationRow,
} from './durable/rows.ts'
import type { CheckpointRow, MappingRow } from './mappings/rows.ts'

export type Api = Operations<LambdaClient>
export type Input<Name extends keyof Api> = Parameters<Api[Name]>[0]
export type Output<Name extends keyof Api> = Awaited<ReturnType<Api[Name]>>

/** One version of a function: its code and configuration. Version 0 is $LATEST. */
export interface VersionRow {
  name: string
  version: number
  runtime: string
  handler: string
  role: string
  description: string
  timeoutSeconds: number
  memoryMB: number
  ephemeralStorageMB: number
  /** Of an earlier build, in the clear. */
  environment: Record<string, string>
  /** The variables, JSON, sealed under the key, or under the cloud's own. */
  sealedEnvironment?: Uint8Array
  kmsKeyArn?: string
  architecture: 'x86_64' | 'arm64'
  tracing: 'Active' | 'PassThrough'
  layers: string[]
  logGroup: string
  deadLetterArn?: string
  codeSha256: string
  codeBlob: string
  codeSizeBytes: number
  unzippedBytes?: number
  /** Set for the JSON format of logs; text has no levels. */
  logLevels?: LogLevels
  /** Of a durable function: how long an execution may take, and how long it is kept after its end. */
  durable?: { timeoutSeconds: number, retentionDays: number, kmsKeyArn?: string }
  /** Absent: Auto. */
  runtimeManagement?: { updateRuntimeOn: 'FunctionUpdate' | 'Manual', runtimeVersionArn?: string }
  vpc?: { subnetIds: string[], securityGroupIds: string[], ipv6: boolean }
  /** `arn`: the access point. */
  fileSystem?: { arn: string, localMountPath: string }
  /** Environments serve one tenant each; set when the function is made, for all its versions. */
  tenancy?: 'PER_TENANT'
  /** Published versions start from a snapshot. */
  snapStart?: 'PublishedVersions'
  /** Of a published version: its snapshot's row. */
  snapshot?: string
  lastModified: string
  revisionId: string
}

/** The least level that reaches the log group: of what the function writes, and of what Lambda does. */
export interface LogLevels { application: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL', system: 'DEBUG' | 'INFO' | 'WARN' }

export interface Statement {
  Sid: string
  Effect: 'Allow'
  Principal: '*' | Record<string, string>
  Action: string
  Resource: string
  Condition?: Record<string, Record<string, string>>
}
export interface Policy { revisionId: string, statements: Statement[] }

export interface UrlConfig {
  id: string
  authType: 'NONE' | 'AWS_IAM'
  invokeMode: 'BUFFERED' | 'RESPONSE_STREAM'
  cors?: {
    AllowCredentials?: boolean, AllowHeaders?: string[], AllowMethods?: string[], AllowOrigins?: string[], ExposeHeaders?: string[], MaxAge?: number
  }
  creationTime: string
  lastModifiedTime: string
}

export interface EventInvokeConfig {
  maximumRetryAttempts?: number
  maximumEventAgeSeconds?: number
  onSuccess?: string
  onFailure?: string
  lastModifiedMs: number
}

/** What all versions of a function share. Policies, URLs and event configurations are by qualifier; `$LATEST` for none. */
export interface FunctionRow {
  name: string
  lastVersion: number
  tags: Record<string, string>
  reservedConcurrency?: number
  policies: Record<string, Policy>
  urls: Record<string, UrlConfig>
  eventInvoke: Record<string, EventInvokeConfig>
  /** Absent: Terminate. */
  recursiveLoop?: 'Allow'
  codeSigningConfigArn?: string
}

/** A code signing configuration: the versions of signing profiles whose signatures count, and what becomes of code without one. */
export interface CodeSigningRow {
  id: string
  description: string
  profiles: string[]
  policy: 'Warn' | 'Enforce'
  tags: Record<string, string>
  lastModified: string
}

export interface AliasRow {
  name: string
  alias: string
  version: string
  description: string
  /** Additional version and its share, 0 to 1. */
  weights?: Record<string, number>
  revisionId: string
}

export interface LayerRow {
  name: string
  version: number
  description: string
  licenseInfo?: string
  compatibleRuntimes?: string[]
  compatibleArchitectures?: string[]
  codeSha256: string
  codeBlob: string
  codeSizeBytes: number
  unzippedBytes?: number
  createdDate: string
  policy?: Policy
  /** Functions that have it keep it, and its number is not given again. */
  isDeleted?: boolean
}

/** Environments of a version or an alias that are kept initialised. */
export interface ProvisionedRow { account: string, region: string, name: string, qualifier: string, requested: number, lastModified: string }

/** The snapshot of a published version; its folder has the row's id as its name. `token`: what its function shows when it asks for credentials. */
export interface SnapshotRow {
  id: string
  account: string
  region: string
  name: string
  version: number
  token: string
  state: 'Pending' | 'Active' | 'Failed'
  code?: string
  reason?: string
  publishedAt: number
}

/** Where a function URL's id leads, in any account and region. */
export interface UrlIdRow { id: string, account: string, region: string, name: string, qualifier: string }

const codeBlobs = (row: { codeBlob: string }) => row.codeBlob === '' ? [] : [row.codeBlob]
export const tables = {
  functions: table<FunctionRow>()({ name: 'functions', key: row => [row.name] }),
  versions: table<VersionRow>()({ name: 'versions', key: row => [row.name, row.version], blobs: codeBlobs }),
  aliases: table<AliasRow>()({ name: 'aliases', key: row => [row.name, row.alias] }),
  layers: table<LayerRow>()({ name: 'layers', key: row => [row.name, row.version], blobs: codeBlobs }),
  mappings: table<MappingRow>()({ name: 'mappings', key: row => [row.account, row.region, row.uuid], scope: 'cloud' }),
  checkpoints: table<CheckpointRow>()({ name: 'checkpoints', key: row => [row.uuid, row.shard], scope: 'cloud' }),
  provisioned: table<ProvisionedRow>()({ name: 'provisioned', key: row => [row.account, row.region, row.name, row.qualifier], scope: 'cloud' }),
  snapshots: table<SnapshotRow>()({ name: 'snapshots', key: row => [row.id], scope: 'cloud' }),
  codeSigning: table<CodeSigningRow>()({ name: 'codeSigning', key: row => [row.id] }),
  urlIds: table<UrlIdRow>()({ name: 'urlIds', key: row => [row.id], scope: 'cloud' }),
  executions: table<ExecutionRow>()({ name: 'executions', key: row => [row.function, row.name] }),
  executionData: table<ExecutionDataRow>()({ name: 'executionData', key: row => [row.execution] }),
  executionStarts: table<ExecutionStartRow>()({ name: 'executionStarts', key: row => [row.function, row.startedAt, row.id] }),
  executionHistory: table<HistoryRow>()({ name: 'executionHistory', key: row => [row.execution, row.eventId] }),
  operations: table<OperationRow>()({ name: 'operations', key: row => [row.execution, row.id] }),
  checkpointAnswers: table<CheckpointAnswerRow>()({ name: 'checkpointAnswers', key: row => [row.execution] }),
}

/** A started environment with its log stream. `tail` collects the lines of the running invocation. */
export interface Held {
  environment: Environment
  stream: string
  group: string
  revisionId: string
  fresh: boolean
  retired: boolean
  tail: { text: string } | undefined
  expiresAt: number
  cancelIdle?: (() => void) | undefined
  levels?: LogLevels | undefined
  /** The only tenant that it serves, where the function isolates its tenants. */
  tenant?: string | undefined
  /** Whose concurrency it takes while it runs. */
  share: Share
  /** Where it goes back to, if it is kept initialised. */
  giveBack?: () => void
  /** Of an environment whose init was not tried again yet. */
  startAgain?: (initTimeoutMs: number) => Promise<Environment>
  /** It was restored from its version's snapshot, or becomes one. */
  snapStart?: 'taken' | 'restored'
  /** Its init was part of the first invocation, whose duration has it. */
  initShown?: boolean
}

/** What an invocation counts against: the function's provisioned environments, its reservation, or what the account has not reserved. */
export type Share = 'provisioned' | 'reserved' | 'unreserved'

/** What the functions of an account have reserved and provisioned in a region. */
export interface Claims { reserved: number, provisionedUnreserved: number, provisioned: ReadonlyMap<string, number> }

export interface Limits {
  /** Counts a synchronous call; throws TooManyRequestsException with AWS's reason where it is one too many in this second. */
  rate(lambda: Lambda, functionArn: string, reserved: number | undefined): Promise<void>
  /** Counts an environment that starts; throws where a function starts too many at once. */
  ramp(lambda: Lambda, functionArn: string): void
  claims(lambda: Lambda): Promise<Claims>
  /** Reservations or provisioned concurrency of the account changed. */
  forget(lambda: Lambda): void
}

export interface CodeStorage {
  /** Counts code that is stored; CodeStorageExceededException where the account has no room for it. */
  add(lambda: Lambda, bytes: number): Promise<void>
}

export interface ProvisionedState { allocated: number, status: 'IN_PROGRESS' | 'READY' | 'FAILED', reason?: string }

/** The environments that are kept initialised. */
export interface Provisioned {
  /** Brings the environments of a function to what its rows ask for; resolves when that has begun. */
  apply(lambda: Lambda, name: string): Promise<void>
  state(lambda: Lambda, row: ProvisionedRow): ProvisionedState
  has(functionArn: string, qualifier: string | undefined): boolean
  /** A free one, newest first; undefined where there is none. */
  take(lambda: Lambda, functionArn: string, qualifier: string | undefined): Held | undefined
  settle(): Promise<void>
  close(): Promise<void>
}

/** The snapshots of published versions. */
export interface Snapshots {
  /** One is published with the running transaction: begin() takes what is noted. */
  note(lambda: Lambda, id: string): void
  begin(lambda: Lambda): void
  /** Throws where it is not taken yet, or could not be. */
  ready(lambda: Lambda, row: VersionRow): Promise<SnapshotRow>
  /** Takes one again that cannot be used any more. */
  again(lambda: Lambda, row: VersionRow): Promise<void>
  /** After their rows are deleted. */
  remove(lambda: Lambda, ids: string[]): Promise<void>
  /** At a start: takes what was not taken, and removes what belongs to nobody. */
  resume(lambda: Lambda): Promise<void>
  settle(): Promise<void>
  close(): Promise<void>
}

/** The environments of all functions: reuses the newest idle one, starts one where none is idle, within the limits of concurrency. */
export interface Environments {
  acquire(lambda: Lambda, row: VersionRow, wanted: { reserved: number | undefined, qualifier: string | undefined, tenant?: string | undefined }): Promise<Held>
  release(lambda: Lambda, row: VersionRow, held: Held): void
  /** Resolves with what a run announces, or with its end, whichever comes first; the run goes on behind it, and is waited for by settle and close. */
  early<Result>(run: (onResult: (result: Result) => void) => Promise<Result>): Promise<Result>
  settle(): Promise<void>
  /** Ends the idle environments of a function and, when they are done, those that run. */
  recycle(functionArn: string): void
  running(account: string): number
  close(): Promise<void>
}

export interface Loaded { fn: FunctionRow, row: VersionRow, alias?: AliasRow, weighted?: { row: VersionRow, share: number } }

/** What a warm invocation needs to know of a function, kept in memory so that it reads no storage; forgotten when the function changes. */
export interface FunctionCache {
  get(lambda: Lambda, name: string, qualifier: string | undefined): Promise<Loaded>
  forget(functionArn: string): void
}

export interface Credentials { accessKeyId: string, secretAccessKey: string, sessionToken: string, expiresAt: number }

/** Temporary credentials of functions' roles, one set for each role and function, renewed before they expire. */
export interface RoleCredentials {
  get(lambda: Lambda, role: string, functionName: string): Promise<Credentials>
  /** Throws where the role cannot be assumed by Lambda. */
  trial(lambda: Lambda, role: string, functionName: string): Promise<void>
}

export interface LogWriter {
  /** Takes a line; it reaches the sink with others shortly after, so that logging never slows an invocation. */
  line(lambda: Lambda, group: string, stream: string, timestamp: number, message: string): void
  /** Resolves when all lines taken so far are with the sink. */
  flush(): Promise<void>
}

/** What polls event sources, in this process. */
export interface Mappings {
  /** Begins, changes or ends the polling of a mapping, as its row says now. */
  apply(row: MappingRow): void
  remove(uuid: string): void
  /** The result of the last poll, as the API shows it. */
  lastResult(uuid: string): string
  /** A notice: there is something to fetch from the source. */
  wake(sourceArn: string): void
  /** Waits for the end of a durable execution, which may take days: a mapping that waits for one is not at work. */
  away(end: Promise<void>): Promise<void>
  /** Resolves when no mapping is at work. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** Who in this process waits for durable executions to end. */
export interface Executions {
  /** Resolves when the execution has ended; rejects when the caller hangs up or Fogbank stops. `cancel` for who does not wait after all. */
  ended(executionArn: string, signal: AbortSignal): { promise: Promise<void>, cancel: () => void }
  tell(executionArn: string): void
  close(): void
}

export interface LambdaState {
  executions: Executions
  dataKeys: DataKeys
  mappings: Mappings
  limits: Limits
  provisioned: Provisioned
  snapshots: Snapshots
  codeStorage: CodeStorage
  cache: FunctionCache
  environments: Environments
  credentials: RoleCredentials
  logs: LogWriter
  locations: CodeLocations
}

export type Lambda = Scope<typeof tables, LambdaState>

export const accountConcurrencyMax = 1000
/** What reserved concurrency must leave for the functions without one. */
export const unreservedConcurrencyMin = 100
export const zipBytesMax = 50 * 1024 * 1024
export const unzippedBytesMax = 262_144_000
export const syncPayloadBytesMax = 6 * 1024 * 1024
/** What a function may answer: 6 MB and 100 bytes, from AWS's error message. */
export const syncResponseBytesMax = 6_291_556
export const asyncPayloadBytesMax = 1024 * 1024
export const streamedResponseBytesMax = 200 * 1024 * 1024
export const environmentBytesMax = 4096
export const codeStorageBytesMax = 80_530_636_800
export const layersPerFunctionMax = 5
export const policyBytesMax = 20_480
export const initTimeoutMs = 10_000
export const environmentIdleMs = 10 * 60_000
/** Environments that a function may start in ten seconds. */
export const environmentsRampMax = 1000
export const environmentsRampPerSecond = 100
/** Synchronous requests per second for each unit of concurrency. */
export const requestsPerSecondOfConcurrency = 10

// The shapes' Type member is User for all that the caller can mend.
const user = (code: string, status: number) => awsError(code, status, { Type: 'User' })
export const ResourceNotFoundException = user('ResourceNotFoundException', 404)
export const ResourceConflictException = user('ResourceConflictException', 409)
export const InvalidParameterValueException = user('InvalidParameterValueException', 400)
export const PreconditionFailedException = user('PreconditionFailedException', 412)
export const PolicyLengthExceededException = user('PolicyLengthExceededException', 400)
export const CodeStorageExceededException = user('CodeStorageExceededException', 400)
export const RequestTooLargeException = user('RequestEntityTooLargeException', 413)
export const InvalidRequestContentException = user('InvalidRequestContentException', 400)
export const TooManyRequestsException = user('TooManyRequestsException', 429)
export const DurableExecutionAlreadyStartedException = user('DurableExecutionAlreadyStartedException', 409)
export const CallbackTimeoutException = user('CallbackTimeoutException', 400)
export const ProvisionedConcurrencyConfigNotFoundException = user('ProvisionedConcurrencyConfigNotFoundException', 404)
export const CodeSigningConfigNotFoundException = user('CodeSigningConfigNotFoundException', 404)
export const CodeVerificationFailedException = user('CodeVerificationFailedException', 400)
export const ServiceQuotaExceededException = user('ServiceQuotaExceededException', 402)
export const RecursiveInvocationException = user('RecursiveInvocationException', 400)
export const InvalidRuntimeException = user('InvalidRuntimeException', 502)
export const KMSAccessDeniedException = user('KMSAccessDeniedException', 502)
export const KMSDisabledException = user('KMSDisabledException', 502)
export const KMSInvalidStateException = user('KMSInvalidStateException', 502)
export const KMSNotFoundException = user('KMSNotFoundException', 502)
export const SnapStartException = user('SnapStartException', 400)
export const SnapStartNotReadyException = user('SnapStartNotReadyException', 409)
export const SnapStartTimeoutException = user('SnapStartTimeoutException', 408)
export const SnapStartRegenerationFailureException = user('SnapStartRegenerationFailureException', 409)
export const ServiceException = awsError('ServiceException', 500, { Type: 'Service' })
export const ValidationException = awsError('ValidationException', 400)
