import type { Cors } from '@aws-sdk/client-apigatewayv2'
import type { ApiGateway, AuthorizerRow, GatewayState, IntegrationRow, RouteRow } from '../state.ts'

/** A deployment in the form that serves requests. */
export interface Deployed { routes: RouteRow[], integrations: Map<string, IntegrationRow>, authorizers: Map<string, AuthorizerRow>, cors?: Cors }

const deploymentsMax = 200
const authorizationsMax = 10_000
const bucketsMax = 10_000

/** What the service keeps in memory, empty. */
export const newMemory = (): GatewayState =>
  ({ deployments: new Map(), buckets: new Map(), authorizations: new Map(), keySets: new Map(), writing: new Set() })

/** The deployment with the id; undefined where there is none. */
export async function deployed(gateway: ApiGateway, apiId: string, id: string): Promise<Deployed | undefined> {
  const cache = gateway.state.deployments as Map<string, Deployed>
  const known = cache.get(`${apiId}/${id}`)
  if (known) return known
  const row = await gateway.tables.deployments.get(apiId, id)
  if (!row) return undefined
  const { routes, integrations, authorizers, cors } = row.snapshot
  const made: Deployed = {
    routes, integrations: new Map(integrations.map(each => [each.id, each])), authorizers: new Map(authorizers.map(each => [each.id, each])),
    ...cors && { cors },
  }
  bound(cache, deploymentsMax)
  cache.set(`${apiId}/${id}`, made)
  return made
}

/** What a Lambda authorizer answered before, where that still counts. */
export function remembered(gateway: ApiGateway, key: string): unknown {
  const found = gateway.state.authorizations.get(key)
  if (!found) return undefined
  if (found.expiresAt > gateway.now()) return found.value
  gateway.state.authorizations.delete(key)
  return undefined
}

export function remember(gateway: ApiGateway, key: string, value: unknown, ttlSeconds: number): void {
  bound(gateway.state.authorizations, authorizationsMax)
  gateway.state.authorizations.set(key, { expiresAt: gateway.now() + ttlSeconds * 1000, value })
}

/** Takes one token of a bucket that fills at `rate` tokens a second up to `burst`; false where there is none. */
export function takeToken(gateway: ApiGateway, name: string, rate: number, burst: number): boolean {
  const { buckets } = gateway.state
  const now = gateway.now()
  const bucket = buckets.get(name)
  if (!bucket) {
    bound(buckets, bucketsMax)
    buckets.set(name, { tokens: burst - 1, at: now })
    return burst >= 1
  }
  bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / 1000 * rate)
  bucket.at = now
  if (bucket.tokens < 1) return false
  bucket.tokens--
  return true
}

/** Makes room for one more by dropping the oldest. */
function bound(map: Map<string, unknown>, max: number): void {
  if (map.size >= max) map.delete(map.keys().next().value!)
}
