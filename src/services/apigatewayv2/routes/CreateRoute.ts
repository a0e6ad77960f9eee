import { autoDeploy } from '../deployments/deploy.ts'
import { apiWithId, type ApiGateway, type Input, type Output } from '../state.ts'
import { addRoute, routeOutput } from './route.ts'

/** Adds a route: `GET /items/{id}`, `ANY /{proxy+}`, `$default`. */
export async function CreateRoute(gateway: ApiGateway, input: Input<'CreateRoute'>): Promise<Output<'CreateRoute'>> {
  const api = await apiWithId(gateway, input.ApiId)
  const row = await addRoute(gateway, api.id, input)
  await autoDeploy(gateway, api)
  return routeOutput(row)
}
