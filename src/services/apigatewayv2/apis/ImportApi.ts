import { importDefinition } from '../openapi/import.ts'
import { BadRequestException, newApiId, type ApiGateway, type ApiRow, type Input, type Output } from '../state.ts'
import { apiOutput } from './api.ts'

/** Makes an HTTP API of an OpenAPI 3 definition, as SAM writes it. */
export async function ImportApi(gateway: ApiGateway, input: Input<'ImportApi'>): Promise<Output<'ImportApi'>> {
  if (input.Basepath !== undefined && input.Basepath !== 'ignore') throw new BadRequestException(`A base path of ${input.Basepath} is not supported by Fogbank.`)
  const row: ApiRow = { id: newApiId(), account: gateway.account, region: gateway.region, name: '', disableExecuteApiEndpoint: false, tags: {}, createdAt: gateway.now() }
  const imported = await importDefinition(gateway, row, input.Body!)
  await gateway.tables.apis.put(imported)
  return apiOutput(gateway, imported)
}
