import { totalmem } from 'node:os'
import { shareOf } from '../concurrency/limits.ts'
import { startGate } from '../concurrency/starts.ts'
import { measureConcurrency } from '../metrics.ts'
import { functionArn } from '../names.ts'
import type { Environments, Held, Lambda, Share, VersionRow } from '../state.ts'
import { environmentIdleMs } from '../state.ts'
import { checkTenantEnvironments } from '../tenancy/tenant.ts'
import { begin } from './begin.ts'

/** While less of the machine's memory than this is free, what has been idle longest makes room for what starts. */
const freeShareMin = 0.1
const memoryIsScarce = () => process.availableMemory() < freeShareMin * totalmem()

/** `waiting`: invocations that wait for room to start an environment, and take one of their revision that becomes free before. */
interface Pool { idle: Held[], waiting: Map<(held: Held) => void, string> }
interface FunctionEntry { reserved: number, pools: Map<string, Pool>, all: Set<Held>, ofTenants: number, running: number }

const poolKey = (version: number, tenant: string | undefined) => tenant === undefined ? `${version}` : `${version} ${tenant}`

export function environments(): Environments {
  const functions = new Map<string, FunctionEntry>()
  /** Invocations whose answer is out, and whose extensions still work. */
  const unfinished = new Set<Promise<void>>()
  const unreserved = new Map<string, number>()
  const running = new Map<string, number>()
  const gate = startGate()
  /** What is idle of all functions, oldest first. */
  const idle = new Map<Held, () => Promise<void>>()
  const entry = (arn: string) => {
    let found = functions.get(arn)
    if (!found) functions.set(arn, found = { reserved: 0, pools: new Map(), all: new Set(), ofTenants: 0, running: 0 })
    return found
  }
  const poolOf = (fn: FunctionEntry, key: string) => {
    let pool = fn.pools.get(key)
    if (!pool) fn.pools.set(key, pool = { idle: [], waiting: new Map() })
    return pool
  }
  const place = (lambda: Lambda) => lambda.account + lambda.region
  const add = (counts: Map<string, number>, key: string, by: number) => counts.set(key, (counts.get(key) ?? 0) + by)
  const count = (lambda: Lambda, fn: FunctionEntry, share: Share, by: number) => {
    add(running, place(lambda), by)
    fn.running += by
    if (share === 'reserved') fn.reserved += by
    if (share === 'unreserved') add(unreserved, place(lambda), by)
  }
  /** Counts one more that runs. */
  const begins = (lambda: Lambda, name: string, fn: FunctionEntry, share: Share) => {
    count(lambda, fn, share, 1)
    measureConcurrency(lambda, name, {
      fn: fn.running, account: running.get(place(lambda))!, unreserved: share === 'unreserved' ? unreserved.get(place(lambda)) : undefined,
    })
  }
  const end = (arn: string, held: Held) => {
    held.retired = true
    held.cancelIdle?.()
    idle.delete(held)
    const fn = entry(arn)
    if (fn.all.delete(held) && held.tenant !== undefined) fn.ofTenants--
    return held.environment.stop().catch(() => {})
  }
  const release = (lambda: Lambda, row: VersionRow, held: Held) => {
    const arn = functionArn(lambda, row.name)
    const fn = entry(arn)
    count(lambda, fn, held.share, -1)
    held.tail = undefined
    if (held.giveBack) return held.giveBack()
    if (held.retired || !held.environment.alive || held.environment.initError) return void end(arn, held)
    const pool = poolOf(fn, poolKey(row.version, held.tenant))
    if (held.expiresAt > lambda.now()) for (const [take, revisionId] of pool.waiting) if (revisionId === held.revisionId) return take(held)
    pool.idle.push(held)
    void held.environment.freeze().catch(() => {})
    const reclaim = () => {
      pool.idle.splice(pool.idle.indexOf(held), 1)
      // There may be any number of tenants.
      if (held.tenant !== undefined && pool.idle.length === 0 && pool.waiting.size === 0) fn.pools.delete(poolKey(row.version, held.tenant))
      return end(arn, held)
    }
    idle.set(held, reclaim)
    held.cancelIdle = lambda.clock.at(lambda.now() + environmentIdleMs, reclaim)
  }
  /** Two for each that starts, so that the machine recovers. */
  const makeRoom = () => {
    for (let ended = 0; ended < 2 && idle.size > 0 && memoryIsScarce(); ended++) void idle.values().next().value!()
  }
  /** Resolves when an environment may start, or to one that became free before. */
  const roomOrFree = (pool: Pool, { revisionId }: VersionRow) => new Promise<Held | undefined>(resolve => {
    const take = (held: Held) => {
      pool.waiting.delete(take)
      takeBack()
      resolve(held)
    }
    pool.waiting.set(take, revisionId)
    const takeBack = gate.ask(() => {
      pool.waiting.delete(take)
      resolve(undefined)
    })
  })
  return {
    async acquire(lambda, row, { reserved, qualifier, tenant }) {
      const arn = functionArn(lambda, row.name)
      const fn = entry(arn)
      const { provisioned, limits } = lambda.state
      const ready = provisioned.take(lambda, arn, qualifier)
      if (ready) {
        begins(lambda, row.name, fn, ready.share)
        return ready
      }
      const claims = await limits.claims(lambda)
      const share = shareOf(arn, { functionReserved: fn.reserved, accountUnreserved: unreserved.get(place(lambda)) ?? 0 }, claims, reserved)
      const pool = poolOf(fn, poolKey(row.version, tenant))
      for (let held = pool.idle.pop(); held; held = pool.idle.pop()) {
        held.cancelIdle?.()
        idle.delete(held)
        if (held.environment.alive && held.revisionId === row.revisionId && held.expiresAt > lambda.now()) {
          held.share = share
          begins(lambda, row.name, fn, share)
          return held
        }
        void end(arn, held)
      }
      if (tenant !== undefined) checkTenantEnvironments(fn.ofTenants, reserved)
      limits.ramp(lambda, arn)
      makeRoom()
      begins(lambda, row.name, fn, share)
      const free = await roomOrFree(pool, row)
      if (free) {
        free.share = share
        return free
      }
      if (tenant !== undefined) fn.ofTenants++
      try {
        const starting = begin(lambda, row, share, tenant)
        gate.hold(starting)
        const held = await starting
        fn.all.add(held)
        return held
      } catch (error) {
        count(lambda, fn, share, -1)
        if (tenant !== undefined) fn.ofTenants--
        throw error
      }
    },
    release,
    early<Result>(run: (onResult: (result: Result) => void) => Promise<Result>) {
      const { promise, resolve, reject } = Promise.withResolvers<Result>()
      const whole = run(resolve)
      whole.then(resolve, reject)
      const settled: Promise<void> = whole.then(() => {}, () => {}).finally(() => unfinished.delete(settled))
      unfinished.add(settled)
      return promise
    },
    async settle() {
      while (unfinished.size > 0) await Promise.all(unfinished)
    },
    recycle(arn) {
      const fn = functions.get(arn)
      if (!fn) return
      for (const held of fn.all) held.retired = true
      for (const pool of fn.pools.values()) for (const held of pool.idle.splice(0)) void end(arn, held)
    },
    running: account => running.get(account) ?? 0,
    async close() {
      await Promise.all([...functions].flatMap(([arn, fn]) => [...fn.all].map(held => end(arn, held))))
      await Promise.all(unfinished)
    },
  }
}
