import { apiWithId, type ApiGateway, type Input } from '../state.ts'
import { clearApi } from './api.ts'

/** Deletes an API with its routes, integrations and stages. */
export async function DeleteApi(gateway: ApiGateway, input: Input<'DeleteApi'>): Promise<object> {
  const api = await apiWithId(gateway, input.ApiId)
  await clearApi(gateway, api.id, ['routes', 'integrations', 'stages'])
  await gateway.tables.apis.delete(api.id)
  return {}
}
