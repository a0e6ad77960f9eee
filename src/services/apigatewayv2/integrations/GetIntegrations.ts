import { paged } from '../pages.ts'
import { apiWithId, type ApiGateway, type Input, type Output } from '../state.ts'
import { integrationOutput } from './integration.ts'

/** The integrations of an API. */
export async function GetIntegrations(gateway: ApiGateway, input: Input<'GetIntegrations'>): Promise<Output<'GetIntegrations'>> {
  const api = await apiWithId(gateway, input.ApiId)
  const rows = await gateway.tables.integrations.list({ prefix: [api.id] })
  return paged('integrations', rows, input, row => integrationOutput(row, api.managed?.integrationId === row.id))
}
