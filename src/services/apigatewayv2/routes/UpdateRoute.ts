import { autoDeploy } from '../deployments/deploy.ts'
import type { ApiGateway, Input, Output } from '../state.ts'
import { changeRoute, routeOf, routeOutput } from './route.ts'

/** Changes a route; what is not given stays. */
export async function UpdateRoute(gateway: ApiGateway, input: Input<'UpdateRoute'>): Promise<Output<'UpdateRoute'>> {
  const { api, row } = await routeOf(gateway, input)
  const changed = await changeRoute(gateway, row, input)
  await autoDeploy(gateway, api)
  return routeOutput(changed, api.managed?.routeId === row.id)
}
