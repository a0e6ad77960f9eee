import { autoDeploy } from '../deployments/deploy.ts'
import { importDefinition } from '../openapi/import.ts'
import { apiWithId, type ApiGateway, type Input, type Output } from '../state.ts'
import { apiOutput, clearApi } from './api.ts'

/** Gives an API the routes, integrations and authorizers of a definition, in place of those it had. */
export async function ReimportApi(gateway: ApiGateway, input: Input<'ReimportApi'>): Promise<Output<'ReimportApi'>> {
  const { cors: _cors, managed: _managed, ...row } = await apiWithId(gateway, input.ApiId)
  await clearApi(gateway, row.id, { stages: false })
  const { api, warnings } = await importDefinition(gateway, row, input)
  await gateway.tables.apis.put(api)
  await autoDeploy(gateway, api)
  return { ...apiOutput(gateway, api), ...warnings.length > 0 && { Warnings: warnings } }
}
