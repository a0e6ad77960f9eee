import type { Environment, FunctionSpec } from '../../../contracts/sandbox.ts'
import { SandboxError } from '../../../contracts/sandbox.ts'
import { newHex } from '../../../platform/ids.ts'
import { ensureCode, ensureLayers } from '../code/code.ts'
import { environmentToStart } from '../functions/environment.ts'
import { versionLabel } from '../names.ts'
import { accessPointFolder } from '../functions/attachments.ts'
import { billDuration } from './bill.ts'
import { checkedRuntime } from '../runtimes/runtime-version.ts'
import { billRestored } from '../snapstart/bill.ts'
import { snapshotFolder } from '../snapstart/row.ts'
import type { Held, Lambda, Share, SnapshotRow, VersionRow } from '../state.ts'
import { initTimeoutMs, SnapStartException, SnapStartTimeoutException } from '../state.ts'
import { happened, initEnded, initStart, initStarts, restoreEnded, restoreStarts, written } from './lines.ts'

const snapshotInitMs = 130_000

/** In the log of every environment of a function in a VPC: what it misses must not be a riddle. */
const noNetwork = 'VPC: there are no networks in this cloud yet. This function reaches Fogbank, and nothing else.'

type Starting = Omit<Held, 'environment'> & { environment?: Environment }

/** Starts an environment and runs its init phase; what went wrong in it is the environment's `initError`. A version with a snapshot goes on from there. */
export async function begin(lambda: Lambda, row: VersionRow, share: Share, tenant?: string): Promise<Held> {
  if (row.snapshot !== undefined) return restore(lambda, row, share, await lambda.state.snapshots.ready(lambda, row))
  const runtimeVersionArn = await checkedRuntime(lambda, row)
  const credentials = await lambda.state.credentials.get(lambda, row.role, row.name)
  // An environment's variables hold the credentials it began with: it is replaced before they end.
  const held = heldOf(lambda, row, share, { expiresAt: credentials.expiresAt - 60_000, ...tenant !== undefined && { tenant } })
  const variables = await environmentToStart(lambda, row)
  initStarts(lambda, row, held as Held, runtimeVersionArn)
  if (row.vpc) written(lambda, held as Held, lambda.now(), noNetwork)
  const spec = await specOf(lambda, row, held, runtimeVersionArn, {
    ...reservedVariables(lambda, row, share === 'provisioned' ? 'provisioned-concurrency' : 'on-demand'),
    AWS_LAMBDA_LOG_GROUP_NAME: row.logGroup, AWS_LAMBDA_LOG_STREAM_NAME: held.stream,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey, AWS_SESSION_TOKEN: credentials.sessionToken,
    ...variables,
  })
  held.environment = await lambda.config.sandboxes.start(spec)
  initEnded(lambda, held as Held)
  // One that goes well is part of the first invocation's bill; a provisioned environment is paid for by the time that it is kept.
  if (held.environment.initError && share !== 'provisioned') billDuration(lambda, row, share, Math.ceil(held.environment.initDurationMs))
  held.startAgain = initTimeoutMs => lambda.config.sandboxes.start({
    ...spec, initTimeoutMs, onEvent: event => happened(lambda, held as Held, 'invoke', event), begun: initStart(lambda, row, held as Held, runtimeVersionArn,
      'invoke'),
  })
  return held as Held
}

function heldOf(lambda: Lambda, row: VersionRow, share: Share, more: Pick<Held, 'expiresAt' | 'tenant' | 'snapStart'>): Starting {
  const day = new Date(lambda.now()).toISOString().slice(0, 10).replaceAll('-', '/')
  return {
    stream: `${day}/[${versionLabel(row.version)}]${newHex(32)}`, group: row.logGroup, revisionId: row.revisionId, fresh: true, retired: false, tail: undefined,
    levels: row.logLevels, share, ...more,
  }
}

async function specOf(lambda: Lambda, row: VersionRow, held: Starting, runtimeVersionArn: string, environment: Record<string, string>): Promise<FunctionSpec> {
  const layersFolder = await ensureLayers(lambda, row)
  return {
    runtime: row.runtime, handler: row.handler, codeFolder: await ensureCode(lambda, row), ...layersFolder && { layersFolder }, environment,
    memoryMB: row.memoryMB, ephemeralStorageMB: row.ephemeralStorageMB, initTimeoutMs, network: row.vpc ? 'none' : 'internet',
    ...row.fileSystem && { fileSystem: { folder: accessPointFolder(lambda, row.fileSystem.arn), at: row.fileSystem.localMountPath, name: row.fileSystem.arn } },
    endpoints: [{ port: lambda.config.port, serve: lambda.config.serveGateway }],
    onOutput: (line, at, source) => written(lambda, held as Held, at, line, source),
    onEvent: event => happened(lambda, held as Held, 'init', event), begun: initStart(lambda, row, held as Held, runtimeVersionArn), accountId: lambda.account,
  }
}

/** The start of a version with SnapStart; its credentials are asked for when they are needed, so that it need not be replaced for them. */
async function snapshotStart(lambda: Lambda, row: VersionRow, share: Share, snapshot: SnapshotRow, mode: 'take' | 'restore') {
  const runtimeVersionArn = await checkedRuntime(lambda, row)
  const held = heldOf(lambda, row, share, { expiresAt: Infinity, snapStart: mode === 'take' ? 'taken' : 'restored' })
  const credentials = async () => {
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = await lambda.state.credentials.get(lambda, row.role, row.name)
    return { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken, Expiration: new Date(expiresAt).toISOString() }
  }
  const spec: FunctionSpec = {
    ...await specOf(lambda, row, held, runtimeVersionArn, {
      ...reservedVariables(lambda, row, 'snap-start'),
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9001/2021-04-23/credentials', AWS_CONTAINER_AUTHORIZATION_TOKEN: snapshot.token,
      ...await environmentToStart(lambda, row),
    }),
    snapshot: { mode, folder: snapshotFolder(lambda, snapshot.id), credentials },
  }
  return { held, spec, runtimeVersionArn }
}

/** Runs the init of a published version and keeps it as its snapshot; answers why it could not. */
export async function take(lambda: Lambda, row: VersionRow, snapshot: SnapshotRow): Promise<Pick<SnapshotRow, 'code' | 'reason'> | undefined> {
  const { held, spec, runtimeVersionArn } = await snapshotStart(lambda, row, 'unreserved', snapshot, 'take')
  initStarts(lambda, row, held as Held, runtimeVersionArn)
  if (row.vpc) written(lambda, held as Held, lambda.now(), noNetwork)
  // "130 seconds or the configured function timeout (maximum 900 seconds), whichever is higher".
  held.environment = await lambda.config.sandboxes.start({ ...spec, initTimeoutMs: Math.max(snapshotInitMs, row.timeoutSeconds * 1000) })
  initEnded(lambda, held as Held)
  billDuration(lambda, row, 'unreserved', Math.ceil(held.environment.initDurationMs))
  const { initError } = held.environment
  if (!initError) return undefined
  if (initError.kind === 'timeout') return { code: 'FunctionError.InitTimeout', reason: 'The function timed out during initialization.' }
  if (initError.kind === 'exit') return { code: 'FunctionError.RuntimeInitError', reason: 'The runtime ended during initialization.' }
  const errorType = initError.kind === 'response' ? '' : `: ${initError.errorType}`
  return { code: 'FunctionError', reason: `The function failed during initialization${errorType}.` }
}

async function restore(lambda: Lambda, row: VersionRow, share: Share, snapshot: SnapshotRow): Promise<Held> {
  const { held, spec, runtimeVersionArn } = await snapshotStart(lambda, row, share, snapshot, 'restore')
  restoreStarts(lambda, row, held as Held, runtimeVersionArn)
  held.environment = await lambda.config.sandboxes.start(spec).catch(async (error: Error) => {
    if (!(error instanceof SandboxError) || error.reason !== 'snapshot-unusable') throw error
    await lambda.state.snapshots.again(lambda, row)
    return lambda.config.sandboxes.start(spec)
  })
  restoreEnded(lambda, held as Held)
  billRestored(lambda, row)
  const { initError } = held.environment
  if (!initError) return held as Held
  await held.environment.stop()
  if (initError.kind === 'timeout') throw new SnapStartTimeoutException("Lambda couldn't restore the snapshot within the timeout limit.")
  throw new SnapStartException('The afterRestore() runtime hook encountered an error. For more information, check the Amazon CloudWatch logs.')
}

/**
 * Init that failed or took more than its 10 s runs once again, as part of the first invocation and within its time-out ("suppressed init" in AWS's guide).
 * Resolves to the milliseconds that it took of the invocation; what goes wrong again is the environment's `initError`.
 */
export async function initAgain(lambda: Lambda, row: VersionRow, held: Held): Promise<number> {
  if (!held.environment.initError || !held.startAgain) return 0
  await held.environment.stop()
  held.environment = await held.startAgain(row.timeoutSeconds * 1000)
  delete held.startAgain
  initEnded(lambda, held, 'invoke')
  held.initShown = true
  return held.environment.initDurationMs
}

function reservedVariables(lambda: Lambda, row: VersionRow, initialization: string): Record<string, string> {
  return {
    _HANDLER: row.handler,
    AWS_REGION: lambda.region,
    AWS_DEFAULT_REGION: lambda.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${row.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: row.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(row.memoryMB),
    AWS_LAMBDA_FUNCTION_VERSION: versionLabel(row.version),
    AWS_LAMBDA_INITIALIZATION_TYPE: initialization,
    AWS_LAMBDA_LOG_FORMAT: row.logLevels ? 'JSON' : 'Text',
    ...row.logLevels && { AWS_LAMBDA_LOG_LEVEL: row.logLevels.application },
    AWS_ENDPOINT_URL: `http://127.0.0.1:${lambda.config.port}`,
    LAMBDA_TASK_ROOT: '/var/task',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
  }
}
