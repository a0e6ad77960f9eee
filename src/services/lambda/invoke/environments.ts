import type { Environment, FunctionSpec } from '../../../contracts/sandbox.ts'
import { newHex } from '../../../platform/ids.ts'
import { ensureCode, ensureLayers } from '../code/code.ts'
import { functionArn, versionLabel } from '../names.ts'
import type { Environments, Held, Lambda, VersionRow } from '../state.ts'
import { accountConcurrencyMax, environmentIdleMs, initTimeoutMs, TooManyRequestsException } from '../state.ts'

interface Pool { idle: Held[], running: number }

export function environments(): Environments {
  const functions = new Map<string, { running: number, versions: Map<number, Pool>, all: Set<Held> }>()
  const accounts = new Map<string, number>()
  const entry = (arn: string) => {
    let found = functions.get(arn)
    if (!found) functions.set(arn, found = { running: 0, versions: new Map(), all: new Set() })
    return found
  }
  const count = (place: string, by: number) => accounts.set(place, (accounts.get(place) ?? 0) + by)
  const end = (arn: string, held: Held) => {
    held.retired = true
    held.cancelIdle?.()
    entry(arn).all.delete(held)
    return held.environment.stop().catch(() => {})
  }
  const release = (lambda: Lambda, row: VersionRow, held: Held | undefined) => {
    const arn = functionArn(lambda, row.name)
    const fn = entry(arn)
    fn.running--
    count(lambda.account + lambda.region, -1)
    if (!held) return
    held.tail = undefined
    if (held.retired || !held.environment.alive || held.environment.initError) return void end(arn, held)
    const pool = fn.versions.get(row.version)!
    pool.idle.push(held)
    void held.environment.freeze().catch(() => {})
    held.cancelIdle = lambda.clock.at(lambda.now() + environmentIdleMs, async () => {
      pool.idle.splice(pool.idle.indexOf(held), 1)
      await end(arn, held)
    })
  }
  return {
    async acquire(lambda, row, reserved) {
      const arn = functionArn(lambda, row.name)
      const fn = entry(arn)
      throttle(fn.running, accounts.get(lambda.account + lambda.region) ?? 0, reserved)
      fn.running++
      count(lambda.account + lambda.region, 1)
      let pool = fn.versions.get(row.version)
      if (!pool) fn.versions.set(row.version, pool = { idle: [], running: 0 })
      for (let held = pool.idle.pop(); held; held = pool.idle.pop()) {
        held.cancelIdle?.()
        if (held.environment.alive && held.revisionId === row.revisionId && held.expiresAt > lambda.now()) return held
        void end(arn, held)
      }
      try {
        const held = await begin(lambda, row)
        fn.all.add(held)
        return held
      } catch (error) {
        release(lambda, row, undefined)
        throw error
      }
    },
    release,
    recycle(arn) {
      const fn = functions.get(arn)
      if (!fn) return
      for (const held of fn.all) held.retired = true
      for (const pool of fn.versions.values()) for (const held of pool.idle.splice(0)) void end(arn, held)
    },
    running: account => accounts.get(account) ?? 0,
    async close() {
      await Promise.all([...functions].flatMap(([arn, fn]) => [...fn.all].map(held => end(arn, held))))
    },
  }
}

function throttle(functionRunning: number, accountRunning: number, reserved: number | undefined): void {
  if (reserved !== undefined && functionRunning >= reserved) {
    throw new TooManyRequestsException('Rate Exceeded.', { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', Type: undefined })
  }
  if (accountRunning >= accountConcurrencyMax) {
    throw new TooManyRequestsException('Rate Exceeded.', { Reason: 'ConcurrentInvocationLimitExceeded', Type: undefined })
  }
}

async function begin(lambda: Lambda, row: VersionRow): Promise<Held> {
  const label = versionLabel(row.version)
  const day = new Date(lambda.now()).toISOString().slice(0, 10).replaceAll('-', '/')
  const credentials = await lambda.state.credentials.get(lambda, row.role, row.name)
  const held: Omit<Held, 'environment'> & { environment?: Environment } = {
    stream: `${day}/[${label}]${newHex(32)}`, group: row.logGroup, revisionId: row.revisionId, fresh: true, retired: false, tail: undefined,
    // An environment's variables hold the credentials it began with: it is replaced before they end.
    expiresAt: credentials.expiresAt - 60_000,
  }
  const onOutput = (line: string, at: number) => write(lambda, held as Held, at, line)
  write(lambda, held as Held, lambda.now(), `INIT_START Runtime Version: ${row.runtime}.fogbank\tRuntime Version ARN: arn:${lambda.partition}:lambda:${lambda.region}::runtime:${row.codeBlob}`)
  const layersFolder = await ensureLayers(lambda, row)
  const spec: FunctionSpec = {
    runtime: row.runtime, handler: row.handler, codeFolder: await ensureCode(lambda, row), ...layersFolder && { layersFolder },
    environment: {
      ...reservedVariables(lambda, row, held.stream),
      AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey, AWS_SESSION_TOKEN: credentials.sessionToken, ...row.environment,
    },
    memoryMB: row.memoryMB, ephemeralStorageMB: row.ephemeralStorageMB, initTimeoutMs, network: 'internet',
    endpoints: [{ port: lambda.config.port, serve: lambda.config.serveGateway }], onOutput,
  }
  held.environment = await lambda.config.sandboxes.start(spec)
  return held as Held
}

/** A line to the log stream, and to the tail of the running invocation. */
export function write(lambda: Lambda, held: Held, at: number, line: string): void {
  lambda.state.logs.line(lambda, held.group, held.stream, at, `${line}\n`)
  // Four kilobytes are all that a caller may see of it: the rest of a long log is not kept.
  if (held.tail) held.tail.text = (held.tail.text + line + '\n').slice(-4096)
}

function reservedVariables(lambda: Lambda, row: VersionRow, stream: string): Record<string, string> {
  return {
    _HANDLER: row.handler,
    AWS_REGION: lambda.region,
    AWS_DEFAULT_REGION: lambda.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${row.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: row.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(row.memoryMB),
    AWS_LAMBDA_FUNCTION_VERSION: versionLabel(row.version),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: row.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: stream,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${lambda.config.port}`,
    LAMBDA_TASK_ROOT: '/var/task',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
  }
}
