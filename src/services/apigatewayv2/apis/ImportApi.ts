import { importDefinition } from '../openapi/import.ts'
import { newApiId, type ApiGateway, type ApiRow, type Input, type Output } from '../state.ts'
import { apiOutput } from './api.ts'

/** Makes an HTTP API of an OpenAPI 3 definition. */
export async function ImportApi(gateway: ApiGateway, input: Input<'ImportApi'>): Promise<Output<'ImportApi'>> {
  const row: ApiRow = {
    id: newApiId(), account: gateway.account, region: gateway.region, name: '', disableExecuteApiEndpoint: false, tags: {}, createdAt: gateway.now(),
  }
  const { api, warnings } = await importDefinition(gateway, row, input)
  await gateway.tables.apis.put(api)
  return { ...apiOutput(gateway, api), ...warnings.length > 0 && { Warnings: warnings } }
}
