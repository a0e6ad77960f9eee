import { BadRequestException, newApiId, refuse, type ApiGateway, type ApiRow, type Input, type Output } from '../state.ts'
import { addIntegration } from '../integrations/CreateIntegration.ts'
import { addRoute } from '../routes/CreateRoute.ts'
import { addStage } from '../stages/CreateStage.ts'
import { apiOutput } from './api.ts'

/** Makes an HTTP API; with a `Target`, its integration, its route ($default where none is named) and its $default stage as well. */
export async function CreateApi(gateway: ApiGateway, input: Input<'CreateApi'>): Promise<Output<'CreateApi'>> {
  if (input.ProtocolType !== 'HTTP') throw new BadRequestException(`Only the protocol HTTP is supported by Fogbank, not ${input.ProtocolType}.`)
  refuse(input, ['CredentialsArn', 'DisableSchemaValidation'])
  const row: ApiRow = {
    id: newApiId(), account: gateway.account, region: gateway.region, name: input.Name!, disableExecuteApiEndpoint: input.DisableExecuteApiEndpoint ?? false, tags: input.Tags ?? {},
    createdAt: gateway.now(), ...input.Description !== undefined && { description: input.Description }, ...input.Version !== undefined && { version: input.Version },
    ...input.CorsConfiguration && { cors: input.CorsConfiguration },
  }
  await gateway.tables.apis.put(row)
  if (input.Target !== undefined) {
    const integration = await addIntegration(gateway, row.id, {
      IntegrationType: input.Target.startsWith('arn:') ? 'AWS_PROXY' : 'HTTP_PROXY', IntegrationUri: input.Target, IntegrationMethod: 'ANY', PayloadFormatVersion: '2.0',
    })
    await addRoute(gateway, row.id, { RouteKey: input.RouteKey ?? '$default', Target: `integrations/${integration.id}` })
    await addStage(gateway, row.id, { StageName: '$default', AutoDeploy: true })
  }
  return apiOutput(gateway, row)
}
