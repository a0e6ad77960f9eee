import { apiWithId, BadRequestException, type ApiGateway, type Input } from '../state.ts'
import { clearApi } from './api.ts'

/** Deletes an API with all that belongs to it. One that a custom domain name is mapped to stays. */
export async function DeleteApi(gateway: ApiGateway, input: Input<'DeleteApi'>): Promise<object> {
  const api = await apiWithId(gateway, input.ApiId)
  const mapped = (await gateway.tables.mappings.list()).find(row => row.apiId === api.id)
  if (mapped) throw new BadRequestException(`Deleting an API is not allowed while it is mapped to a domain name: ${mapped.domain}`)
  await clearApi(gateway, api.id, { stages: true })
  await gateway.tables.apis.delete(api.id)
  return {}
}
