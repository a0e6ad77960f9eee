import { importDefinition } from '../openapi/import.ts'
import { apiWithId, BadRequestException, type ApiGateway, type Input, type Output } from '../state.ts'
import { apiOutput, clearApi } from './api.ts'

/** Gives an API the routes and integrations of a definition, in place of those it had. */
export async function ReimportApi(gateway: ApiGateway, input: Input<'ReimportApi'>): Promise<Output<'ReimportApi'>> {
  if (input.Basepath !== undefined && input.Basepath !== 'ignore') throw new BadRequestException(`A base path of ${input.Basepath} is not supported by Fogbank.`)
  const { cors: _, ...row } = await apiWithId(gateway, input.ApiId)
  await clearApi(gateway, row.id, ['routes', 'integrations'])
  const imported = await importDefinition(gateway, row, input.Body!)
  await gateway.tables.apis.put(imported)
  return apiOutput(gateway, imported)
}
