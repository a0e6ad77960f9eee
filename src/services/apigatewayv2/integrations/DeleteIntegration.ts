import { autoDeploy } from '../deployments/deploy.ts'
import { ConflictException, type ApiGateway, type Input } from '../state.ts'
import { integrationOf } from './integration.ts'

/** Takes an integration away that no route uses. */
export async function DeleteIntegration(gateway: ApiGateway, input: Input<'DeleteIntegration'>): Promise<object> {
  const { api, row } = await integrationOf(gateway, input)
  const used = (await gateway.tables.routes.list({ prefix: [api.id] })).find(route => route.target === `integrations/${row.id}`)
  if (used) throw new ConflictException(`Cannot delete Integration '${row.id}' as it is referenced by Route '${used.id}'.`)
  await gateway.tables.integrations.delete(api.id, row.id)
  await autoDeploy(gateway, api)
  return {}
}
