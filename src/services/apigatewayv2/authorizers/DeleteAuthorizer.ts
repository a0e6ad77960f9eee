import { autoDeploy } from '../deployments/deploy.ts'
import { ConflictException, type ApiGateway, type Input } from '../state.ts'
import { authorizerOf } from './authorizer.ts'

/** Takes an authorizer away that no route uses. */
export async function DeleteAuthorizer(gateway: ApiGateway, input: Input<'DeleteAuthorizer'>): Promise<object> {
  const { api, row } = await authorizerOf(gateway, input)
  const used = (await gateway.tables.routes.list({ prefix: [api.id] })).find(route => route.authorizerId === row.id)
  if (used) throw new ConflictException(`Cannot delete authorizer '${row.name}', is referenced in route: ${used.key}`)
  await gateway.tables.authorizers.delete(api.id, row.id)
  await autoDeploy(gateway, api)
  return {}
}
