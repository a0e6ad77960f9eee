import { apiWithId, ConflictException, NotFoundException, type ApiGateway, type Input } from '../state.ts'

/** Takes an integration away that no route uses. */
export async function DeleteIntegration(gateway: ApiGateway, input: Input<'DeleteIntegration'>): Promise<object> {
  const api = await apiWithId(gateway, input.ApiId)
  const id = input.IntegrationId!
  if (!await gateway.tables.integrations.get(api.id, id)) throw new NotFoundException('Invalid Integration identifier specified')
  const used = (await gateway.tables.routes.list({ prefix: [api.id] })).find(route => route.target === `integrations/${id}`)
  if (used) throw new ConflictException(`Cannot delete Integration '${id}' as it is referenced by Route '${used.id}'.`)
  await gateway.tables.integrations.delete(api.id, id)
  return {}
}
