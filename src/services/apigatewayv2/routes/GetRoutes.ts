import { paged } from '../pages.ts'
import { apiWithId, type ApiGateway, type Input, type Output } from '../state.ts'
import { routeOutput } from './route.ts'

/** The routes of an API. */
export async function GetRoutes(gateway: ApiGateway, input: Input<'GetRoutes'>): Promise<Output<'GetRoutes'>> {
  const api = await apiWithId(gateway, input.ApiId)
  return paged('routes', await gateway.tables.routes.list({ prefix: [api.id] }), input, row => routeOutput(row, api.managed?.routeId === row.id))
}
