import { autoDeploy } from '../deployments/deploy.ts'
import type { ApiGateway, Input } from '../state.ts'
import { routeOf } from './route.ts'

/** Takes a route away. */
export async function DeleteRoute(gateway: ApiGateway, input: Input<'DeleteRoute'>): Promise<object> {
  const { api, row } = await routeOf(gateway, input)
  await gateway.tables.routes.delete(api.id, row.id)
  await autoDeploy(gateway, api)
  return {}
}
