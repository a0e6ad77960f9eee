import { apiWithId, NotFoundException, type ApiGateway, type Input } from '../state.ts'

/** Takes a route away. */
export async function DeleteRoute(gateway: ApiGateway, input: Input<'DeleteRoute'>): Promise<object> {
  const api = await apiWithId(gateway, input.ApiId)
  if (!await gateway.tables.routes.get(api.id, input.RouteId!)) throw new NotFoundException(`Unable to find Route by key ${input.RouteId} within the provided API`)
  await gateway.tables.routes.delete(api.id, input.RouteId!)
  return {}
}
