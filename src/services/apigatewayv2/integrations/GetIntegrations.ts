import { apiWithId, type ApiGateway, type Input, type Output } from '../state.ts'
import { integrationOutput } from './CreateIntegration.ts'

/** The integrations of an API. */
export async function GetIntegrations(gateway: ApiGateway, input: Input<'GetIntegrations'>): Promise<Output<'GetIntegrations'>> {
  const api = await apiWithId(gateway, input.ApiId)
  return { Items: (await gateway.tables.integrations.list({ prefix: [api.id] })).map(integrationOutput) }
}
