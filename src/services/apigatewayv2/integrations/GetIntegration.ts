import { apiWithId, NotFoundException, type ApiGateway, type Input, type Output } from '../state.ts'
import { integrationOutput } from './CreateIntegration.ts'

/** One integration of an API. */
export async function GetIntegration(gateway: ApiGateway, input: Input<'GetIntegration'>): Promise<Output<'GetIntegration'>> {
  const api = await apiWithId(gateway, input.ApiId)
  const row = await gateway.tables.integrations.get(api.id, input.IntegrationId ?? '')
  if (!row) throw new NotFoundException('Invalid Integration identifier specified')
  return integrationOutput(row)
}
