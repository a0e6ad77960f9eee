import type { ApiGateway, ApiRow, StageRow } from '../state.ts'
import { takeToken } from './memory.ts'

const accountRate = 10_000
const accountBurst = 5000

/** Whether a request may pass: the route's bucket or else the stage's for each route, and the account's in the region. */
export function passes(gateway: ApiGateway, api: ApiRow, stage: StageRow, routeKey: string): boolean {
  const route = stage.routeSettings?.[routeKey]
  const rate = route?.throttlingRateLimit ?? stage.defaultRouteSettings?.throttlingRateLimit
  const burst = route?.throttlingBurstLimit ?? stage.defaultRouteSettings?.throttlingBurstLimit
  if (rate !== undefined || burst !== undefined) {
    // The limits are part of the name, so that a change of them begins with a full bucket.
    const limits = [Math.min(rate ?? accountRate, accountRate), Math.min(burst ?? accountBurst, accountBurst)] as const
    if (!takeToken(gateway, `${api.id}/${stage.name}/${routeKey}/${limits.join('/')}`, ...limits)) return false
  }
  return takeToken(gateway, `${api.account}/${api.region}`, accountRate, accountBurst)
}
