import { autoDeploy } from '../deployments/deploy.ts'
import { changeIntegration } from '../integrations/integration.ts'
import { changeRoute } from '../routes/route.ts'
import { apiWithId, BadRequestException, present, refuse, type ApiGateway, type ApiRow, type Input, type Output } from '../state.ts'
import { apiOutput, corsOf } from './api.ts'

/** Changes an API; what is not given stays. `RouteKey`, `Target` and `CredentialsArn` change what quick create made. */
export async function UpdateApi(gateway: ApiGateway, input: Input<'UpdateApi'>): Promise<Output<'UpdateApi'>> {
  refuse(input, ['DisableSchemaValidation'])
  const before = await apiWithId(gateway, input.ApiId)
  const row: ApiRow = {
    ...before, ...present({
      name: input.Name, description: input.Description, version: input.Version, cors: input.CorsConfiguration && corsOf(input.CorsConfiguration),
      disableExecuteApiEndpoint: input.DisableExecuteApiEndpoint, ipAddressType: input.IpAddressType,
    }),
  }
  await gateway.tables.apis.put(row)
  await changeQuickCreated(gateway, row, input)
  await autoDeploy(gateway, row)
  return apiOutput(gateway, row)
}

async function changeQuickCreated(gateway: ApiGateway, row: ApiRow, { RouteKey, Target, CredentialsArn }: Input<'UpdateApi'>): Promise<void> {
  if (RouteKey === undefined && Target === undefined && CredentialsArn === undefined) return
  if (!row.managed) throw new BadRequestException('Only APIs created with quick create can be updated with a route key, a target or credentials')
  const route = await gateway.tables.routes.get(row.id, row.managed.routeId)
  const integration = await gateway.tables.integrations.get(row.id, row.managed.integrationId)
  if (route && RouteKey !== undefined) await changeRoute(gateway, route, { RouteKey })
  if (integration && (Target !== undefined || CredentialsArn !== undefined)) {
    await changeIntegration(gateway, integration, present({ IntegrationUri: Target, CredentialsArn }))
  }
}
