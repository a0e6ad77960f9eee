import { tagProblem } from '../../../platform/tags.ts'
import { addIntegration } from '../integrations/integration.ts'
import { addRoute } from '../routes/route.ts'
import { BadRequestException, newApiId, present, refuse, type ApiGateway, type ApiRow, type Input, type Output } from '../state.ts'
import { addStage } from '../stages/CreateStage.ts'
import { apiOutput, corsOf } from './api.ts'

/** Makes an HTTP API; with a `Target`, its integration, its route ($default where none is named) and its $default stage as well. */
export async function CreateApi(gateway: ApiGateway, input: Input<'CreateApi'>): Promise<Output<'CreateApi'>> {
  if (input.ProtocolType !== 'HTTP') throw new BadRequestException(`Only the protocol HTTP is supported by Fogbank, not ${input.ProtocolType}.`)
  refuse(input, ['DisableSchemaValidation', 'ApiKeySelectionExpression'])
  const selection = input.RouteSelectionExpression?.replace(/[{}]/g, '')
  if (selection !== undefined && selection !== '$request.method $request.path') {
    throw new BadRequestException('Route selection expression for HTTP APIs must be ${request.method} ${request.path}')
  }
  if (input.Target === undefined && input.RouteKey !== undefined) throw new BadRequestException('Target must be specified with a route key')
  const problem = tagProblem(input.Tags ?? {})
  if (problem) throw new BadRequestException(problem)
  const row: ApiRow = {
    id: newApiId(), account: gateway.account, region: gateway.region, name: input.Name!, disableExecuteApiEndpoint: input.DisableExecuteApiEndpoint ?? false,
    tags: input.Tags ?? {},
    createdAt: gateway.now(),
    ...present({
      description: input.Description, version: input.Version, cors: input.CorsConfiguration && corsOf(input.CorsConfiguration),
      ipAddressType: input.IpAddressType,
    }),
  }
  if (input.Target !== undefined) row.managed = await quickCreate(gateway, row, input.Target, input)
  await gateway.tables.apis.put(row)
  if (row.managed) await addStage(gateway, row, { StageName: '$default', AutoDeploy: true })
  return apiOutput(gateway, row)
}

async function quickCreate(gateway: ApiGateway, row: ApiRow, target: string, input: Input<'CreateApi'>): Promise<NonNullable<ApiRow['managed']>> {
  const isFunction = target.startsWith('arn:')
  const integration = await addIntegration(gateway, row.id, {
    IntegrationType: isFunction ? 'AWS_PROXY' : 'HTTP_PROXY', IntegrationUri: target, IntegrationMethod: isFunction ? 'POST' : 'ANY',
    PayloadFormatVersion: isFunction ? '2.0' : '1.0',
    CredentialsArn: input.CredentialsArn,
  })
  const route = await addRoute(gateway, row.id, { RouteKey: input.RouteKey ?? '$default', Target: `integrations/${integration.id}` })
  return { routeId: route.id, integrationId: integration.id }
}
