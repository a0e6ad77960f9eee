import { newTraceId } from '../../../platform/ids.ts'
import { resolve } from '../functions/function.ts'
import { begin } from '../invoke/begin.ts'
import { measure } from '../metrics.ts'
import { functionArn } from '../names.ts'
import type { Held, Lambda, Provisioned, ProvisionedRow, ProvisionedState, VersionRow } from '../state.ts'

/** As many of a configuration are started at once: a large one must not take the machine from those that are served. */
const startsAtOnceMax = 4
const tryAgainMs = 60_000
const meterEveryMs = 5 * 60_000
/** Replaced so long before its credentials end, while nobody waits for it. */
const renewBeforeMs = 5 * 60_000

/** The environments of one configuration. */
interface Pool {
  lambda: Lambda
  row: VersionRow
  requested: number
  members: Set<Held>
  /** Newest last. */
  idle: Held[]
  starting: number
  failed: boolean
  closed: boolean
  cancels: Set<() => void>
}

/** Keeps environments started and initialised for the versions and aliases that ask for it; refills what crashes, and begins anew after a restart. */
export function provisioned(): Provisioned {
  const pools = new Map<string, Pool>()
  const work = new Set<Promise<void>>()
  const keyOf = (arn: string, qualifier: string | undefined) => `${arn}:${qualifier}`
  const under = (promise: Promise<void>) => {
    const settled: Promise<void> = promise.catch(() => {}).finally(() => work.delete(settled))
    work.add(settled)
  }
  return {
    apply: (lambda, name) => apply(pools, background(lambda), name, under),
    state: (lambda, row) => stateOf(pools.get(keyOf(functionArn(lambda, row.name), row.qualifier)), row),
    has: (arn, qualifier) => pools.size > 0 && qualifier !== undefined && pools.has(keyOf(arn, qualifier)),
    take(lambda, arn, qualifier) {
      const pool = pools.size > 0 && qualifier !== undefined ? pools.get(keyOf(arn, qualifier)) : undefined
      if (!pool) return undefined
      for (let held = pool.idle.pop(); held; held = pool.idle.pop()) {
        held.cancelIdle?.()
        if (held.environment.alive && held.expiresAt > pool.lambda.now()) {
          const busy = pool.members.size - pool.idle.length
          measure(lambda, { name: pool.row.name, qualifier }, 'ProvisionedConcurrentExecutions', busy)
          measure(lambda, { name: pool.row.name, qualifier }, 'ProvisionedConcurrencyUtilization', busy / pool.members.size, 'None')
          return held
        }
        drop(pool, held, under)
      }
      return undefined
    },
    async settle() {
      while (work.size > 0) await Promise.all(work)
    },
    async close() {
      const ending = [...pools.values()].flatMap(pool => close(pool))
      pools.clear()
      await Promise.all([...ending, ...work])
    },
  }
}

type Under = (work: Promise<void>) => void

/** What goes on after the request that asked for it does so in a trace of its own. */
const background = (lambda: Lambda): Lambda => lambda.in({ trace: { traceId: newTraceId(lambda.now()), sampled: true } })

async function apply(pools: Map<string, Pool>, lambda: Lambda, name: string, under: Under): Promise<void> {
  const arn = functionArn(lambda, name)
  const rows = await lambda.tables.provisioned.list({ prefix: [lambda.account, lambda.region, name] })
  const wanted = new Set<string>()
  for (const row of rows) {
    const version = await resolve(lambda, name, row.qualifier).then(found => found.row, () => undefined)
    if (!version) continue
    const key = `${arn}:${row.qualifier}`
    wanted.add(key)
    let pool = pools.get(key)
    if (pool && pool.row.version !== version.version) {
      for (const ending of close(pool)) under(ending)
      pool = undefined
    }
    if (!pool) {
      pools.set(key, pool = {
        lambda, row: version, requested: row.requested, members: new Set(), idle: [], starting: 0, failed: false, closed: false, cancels: new Set(),
      })
      meter(pool)
    }
    pool.requested = row.requested
    pool.failed = false
    fill(pool, under)
  }
  for (const [key, pool] of pools) {
    if (!key.startsWith(`${arn}:`) || wanted.has(key)) continue
    pools.delete(key)
    for (const ending of close(pool)) under(ending)
  }
}

/** Starts what is missing and ends what is too much; those that run end when they are done. */
function fill(pool: Pool, under: Under): void {
  while (!pool.closed && pool.members.size > pool.requested && pool.idle.length > 0) {
    const held = pool.idle.shift()!
    pool.members.delete(held)
    under(end(held))
  }
  while (!pool.closed && !pool.failed && pool.starting < startsAtOnceMax && pool.members.size + pool.starting < pool.requested) {
    pool.starting++
    under(startOne(pool, under))
  }
}

async function startOne(pool: Pool, under: Under): Promise<void> {
  const { lambda, row } = pool
  const held = await begin(lambda, row, 'provisioned').catch((error: Error) => {
    lambda.log.warn('A provisioned environment could not be started', { function: row.name, error: error.message })
  })
  pool.starting--
  if (pool.closed) return held && end(held)
  if (!held || held.environment.initError) {
    pool.failed = true
    if (held) await end(held)
    later(pool, tryAgainMs, () => {
      pool.failed = false
      fill(pool, under)
    })
    return
  }
  // Its init phase is over before anybody calls.
  held.fresh = false
  held.giveBack = () => giveBack(pool, held, under)
  pool.members.add(held)
  giveBack(pool, held, under)
}

function giveBack(pool: Pool, held: Held, under: Under): void {
  if (pool.closed || !held.environment.alive || pool.members.size > pool.requested) return drop(pool, held, under)
  pool.idle.push(held)
  void held.environment.freeze().catch(() => {})
  held.cancelIdle = pool.lambda.clock.at(Math.max(held.expiresAt - renewBeforeMs, pool.lambda.now() + 1), () => {
    const at = pool.idle.indexOf(held)
    if (at < 0) return
    pool.idle.splice(at, 1)
    drop(pool, held, under)
  })
  fill(pool, under)
}

function drop(pool: Pool, held: Held, under: Under): void {
  pool.members.delete(held)
  under(end(held))
  fill(pool, under)
}

async function end(held: Held): Promise<void> {
  held.cancelIdle?.()
  held.retired = true
  await held.environment.stop().catch(() => {})
}

/** The ends of the idle ones; those that run are dropped when they are given back. */
function close(pool: Pool): Promise<void>[] {
  pool.closed = true
  for (const cancel of pool.cancels) cancel()
  return pool.idle.splice(0).map(end)
}

function later(pool: Pool, ms: number, then: () => void): void {
  const cancel = pool.lambda.clock.at(pool.lambda.now() + ms, () => {
    pool.cancels.delete(cancel)
    if (!pool.closed) then()
  })
  pool.cancels.add(cancel)
}

/** What is kept is paid for whether it runs or not, by periods of five minutes. */
function meter(pool: Pool): void {
  const { lambda, row } = pool
  lambda.sinks.usage({
    account: lambda.account, region: lambda.region, service: 'AWSLambda', operation: 'PutProvisionedConcurrencyConfig', resource: functionArn(lambda, row.name),
    usageType: `Lambda-Provisioned-Concurrency${row.architecture === 'arm64' ? '-ARM' : ''}`, unit: 'GB-Seconds',
    quantity: row.memoryMB / 1024 * pool.requested * meterEveryMs / 1000, at: lambda.now(),
  })
  later(pool, meterEveryMs, () => meter(pool))
}

function stateOf(pool: Pool | undefined, row: ProvisionedRow): ProvisionedState {
  const allocated = pool ? Math.min(pool.members.size, row.requested) : 0
  if (pool?.failed) return { allocated, status: 'FAILED', reason: 'FUNCTION_ERROR_INIT_FAILURE' }
  return { allocated, status: allocated === row.requested ? 'READY' : 'IN_PROGRESS' }
}
