import { functionArn } from '../names.ts'
import type { Claims, Lambda, Limits, Share } from '../state.ts'
import {
  accountConcurrencyMax, environmentsRampMax, environmentsRampPerSecond, requestsPerSecondOfConcurrency, TooManyRequestsException,
} from '../state.ts'

/** A store of permits that refills as time goes: `capacity` at once, `perSecond` in the long run. */
interface Bucket { permits: number, at: number }

const bucketsMax = 10_000

function take(buckets: Map<string, Bucket>, key: string, now: number, capacity: number, perSecond: number): boolean {
  let bucket = buckets.get(key)
  if (!bucket) {
    // A full bucket is the same as none.
    if (buckets.size >= bucketsMax) buckets.clear()
    buckets.set(key, bucket = { permits: capacity, at: now })
  }
  bucket.permits = Math.min(capacity, bucket.permits + Math.max(0, now - bucket.at) / 1000 * perSecond)
  bucket.at = now
  if (bucket.permits < 1) return false
  bucket.permits--
  return true
}

type Reason = 'ReservedFunctionConcurrentInvocationLimitExceeded' | 'ConcurrentInvocationLimitExceeded' | 'FunctionInvocationRateLimitExceeded'
  | 'ReservedFunctionInvocationRateLimitExceeded'

export const throttled = (Reason: Reason) => new TooManyRequestsException('Rate Exceeded.', { Reason, Type: undefined })

/** What bounds invocations besides the number that run: requests per second, and how fast a function may start environments. */
export function limits(): Limits {
  const requests = new Map<string, Bucket>()
  const starts = new Map<string, Bucket>()
  const known = new Map<string, Promise<Claims>>()
  const placeOf = (lambda: Lambda) => `${lambda.account} ${lambda.region}`
  const claims = (lambda: Lambda) => {
    const place = placeOf(lambda)
    let found = known.get(place)
    if (!found) {
      known.set(place, found = read(lambda))
      found.catch(() => known.delete(place))
    }
    return found
  }
  return {
    claims,
    forget: lambda => void known.delete(placeOf(lambda)),
    async rate(lambda, arn, reserved) {
      // A function without concurrency is throttled for that.
      if (reserved === 0) return
      const isReserved = reserved !== undefined
      const concurrency = isReserved ? reserved : accountConcurrencyMax - (await claims(lambda)).reserved
      const perSecond = concurrency * requestsPerSecondOfConcurrency
      if (take(requests, isReserved ? arn : placeOf(lambda), lambda.now(), perSecond, perSecond)) return
      throw throttled(isReserved ? 'ReservedFunctionInvocationRateLimitExceeded' : 'FunctionInvocationRateLimitExceeded')
    },
    ramp(lambda, arn) {
      if (!take(starts, arn, lambda.now(), environmentsRampMax, environmentsRampPerSecond)) throw throttled('FunctionInvocationRateLimitExceeded')
    },
  }
}

async function read(lambda: Lambda): Promise<Claims> {
  const provisioned = new Map<string, number>()
  for (const row of await lambda.tables.provisioned.list({ prefix: [lambda.account, lambda.region] })) {
    const arn = functionArn(lambda, row.name)
    provisioned.set(arn, (provisioned.get(arn) ?? 0) + row.requested)
  }
  const all = { reserved: 0, provisionedUnreserved: 0, provisioned }
  for await (const row of lambda.tables.functions.each()) {
    if (row.reservedConcurrency !== undefined) all.reserved += row.reservedConcurrency
    else all.provisionedUnreserved += provisioned.get(functionArn(lambda, row.name)) ?? 0
  }
  return all
}

interface Running { functionReserved: number, accountUnreserved: number }

/** Which concurrency an invocation on demand takes; throws where there is none left of it. */
export function shareOf(arn: string, running: Running, claims: Claims, reserved: number | undefined): Share {
  if (reserved !== undefined) {
    // What is provisioned is part of what is reserved.
    if (running.functionReserved >= reserved - (claims.provisioned.get(arn) ?? 0)) throw throttled('ReservedFunctionConcurrentInvocationLimitExceeded')
    return 'reserved'
  }
  if (running.accountUnreserved >= accountConcurrencyMax - claims.reserved - claims.provisionedUnreserved) throw throttled('ConcurrentInvocationLimitExceeded')
  return 'unreserved'
}
