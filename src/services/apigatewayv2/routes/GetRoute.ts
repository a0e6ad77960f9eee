import { apiWithId, NotFoundException, type ApiGateway, type Input, type Output } from '../state.ts'
import { routeOutput } from './CreateRoute.ts'

/** A route of an API. */
export async function GetRoute(gateway: ApiGateway, input: Input<'GetRoute'>): Promise<Output<'GetRoute'>> {
  const api = await apiWithId(gateway, input.ApiId)
  const row = await gateway.tables.routes.get(api.id, input.RouteId!)
  if (!row) throw new NotFoundException(`Unable to find Route by key ${input.RouteId} within the provided API`)
  return routeOutput(row)
}
