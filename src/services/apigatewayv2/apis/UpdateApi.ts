import { apiWithId, refuse, type ApiGateway, type ApiRow, type Input, type Output } from '../state.ts'
import { apiOutput } from './api.ts'

/** Changes an API; what is not given stays. */
export async function UpdateApi(gateway: ApiGateway, input: Input<'UpdateApi'>): Promise<Output<'UpdateApi'>> {
  refuse(input, ['CredentialsArn', 'DisableSchemaValidation', 'RouteKey', 'Target'])
  const row: ApiRow = {
    ...await apiWithId(gateway, input.ApiId), ...input.Name !== undefined && { name: input.Name }, ...input.Description !== undefined && { description: input.Description },
    ...input.Version !== undefined && { version: input.Version }, ...input.CorsConfiguration && { cors: input.CorsConfiguration },
    ...input.DisableExecuteApiEndpoint !== undefined && { disableExecuteApiEndpoint: input.DisableExecuteApiEndpoint },
  }
  await gateway.tables.apis.put(row)
  return apiOutput(gateway, row)
}
