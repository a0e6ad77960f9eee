import { apiWithId, type ApiGateway, type Input, type Output } from '../state.ts'
import { routeOutput } from './CreateRoute.ts'

/** The routes of an API. */
export async function GetRoutes(gateway: ApiGateway, input: Input<'GetRoutes'>): Promise<Output<'GetRoutes'>> {
  const api = await apiWithId(gateway, input.ApiId)
  return { Items: (await gateway.tables.routes.list({ prefix: [api.id] })).map(routeOutput) }
}
