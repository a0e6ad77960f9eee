import { autoDeploy } from '../deployments/deploy.ts'
import { apiWithId, type ApiGateway, type Input } from '../state.ts'

/** An API answers preflights by its routes alone again, and adds no headers of its own. */
export async function DeleteCorsConfiguration(gateway: ApiGateway, input: Input<'DeleteCorsConfiguration'>): Promise<object> {
  const { cors: _, ...row } = await apiWithId(gateway, input.ApiId)
  await gateway.tables.apis.put(row)
  await autoDeploy(gateway, row)
  return {}
}
