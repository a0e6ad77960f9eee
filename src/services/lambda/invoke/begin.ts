import type { Environment, FunctionSpec } from '../../../contracts/sandbox.ts'
import { newHex } from '../../../platform/ids.ts'
import { ensureCode, ensureLayers } from '../code/code.ts'
import { environmentToStart } from '../functions/environment.ts'
import { versionLabel } from '../names.ts'
import { accessPointFolder } from '../functions/attachments.ts'
import { billDuration } from './bill.ts'
import { checkedRuntime } from '../runtimes/runtime-version.ts'
import type { Held, Lambda, Share, VersionRow } from '../state.ts'
import { initTimeoutMs } from '../state.ts'
import { happened, initEnded, initStart, initStarts, written } from './lines.ts'

/** In the log of every environment of a function in a VPC: what it misses must not be a riddle. */
const noNetwork = 'VPC: there are no networks in this cloud yet. This function reaches Fogbank, and nothing else.'

/** Starts an environment and runs its init phase; what went wrong in it is the environment's `initError`. */
export async function begin(lambda: Lambda, row: VersionRow, share: Share, tenant?: string): Promise<Held> {
  const label = versionLabel(row.version)
  const day = new Date(lambda.now()).toISOString().slice(0, 10).replaceAll('-', '/')
  const runtimeVersionArn = await checkedRuntime(lambda, row)
  const credentials = await lambda.state.credentials.get(lambda, row.role, row.name)
  const held: Omit<Held, 'environment'> & { environment?: Environment } = {
    stream: `${day}/[${label}]${newHex(32)}`, group: row.logGroup, revisionId: row.revisionId, fresh: true, retired: false, tail: undefined,
    // An environment's variables hold the credentials it began with: it is replaced before they end.
    expiresAt: credentials.expiresAt - 60_000, levels: row.logLevels, share, ...tenant !== undefined && { tenant },
  }
  const variables = await environmentToStart(lambda, row)
  initStarts(lambda, row, held as Held, runtimeVersionArn)
  if (row.vpc) written(lambda, held as Held, lambda.now(), noNetwork)
  const layersFolder = await ensureLayers(lambda, row)
  const spec: FunctionSpec = {
    runtime: row.runtime, handler: row.handler, codeFolder: await ensureCode(lambda, row), ...layersFolder && { layersFolder },
    environment: {
      ...reservedVariables(lambda, row, held.stream, share),
      AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey, AWS_SESSION_TOKEN: credentials.sessionToken,
      ...variables,
    },
    memoryMB: row.memoryMB, ephemeralStorageMB: row.ephemeralStorageMB, initTimeoutMs, network: row.vpc ? 'none' : 'internet',
    ...row.fileSystem && { fileSystem: { folder: accessPointFolder(lambda, row.fileSystem.arn), at: row.fileSystem.localMountPath, name: row.fileSystem.arn } },
    endpoints: [{ port: lambda.config.port, serve: lambda.config.serveGateway }],
    onOutput: (line, at, source) => written(lambda, held as Held, at, line, source),
    onEvent: event => happened(lambda, held as Held, 'init', event), begun: initStart(lambda, row, held as Held, runtimeVersionArn), accountId: lambda.account,
  }
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

function reservedVariables(lambda: Lambda, row: VersionRow, stream: string, share: Share): Record<string, string> {
  return {
    _HANDLER: row.handler,
    AWS_REGION: lambda.region,
    AWS_DEFAULT_REGION: lambda.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${row.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: row.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(row.memoryMB),
    AWS_LAMBDA_FUNCTION_VERSION: versionLabel(row.version),
    AWS_LAMBDA_INITIALIZATION_TYPE: share === 'provisioned' ? 'provisioned-concurrency' : 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: row.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: stream,
    AWS_LAMBDA_LOG_FORMAT: row.logLevels ? 'JSON' : 'Text',
    ...row.logLevels && { AWS_LAMBDA_LOG_LEVEL: row.logLevels.application },
    AWS_ENDPOINT_URL: `http://127.0.0.1:${lambda.config.port}`,
    LAMBDA_TASK_ROOT: '/var/task',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
  }
}
