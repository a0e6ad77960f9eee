import type { Stage } from '@aws-sdk/client-apigatewayv2'
import { apiWithId, BadRequestException, ConflictException, refuse, type ApiGateway, type Input, type Output, type StageRow } from '../state.ts'

/** Adds a stage that is deployed by itself at every change: the only kind that Fogbank has. */
export async function CreateStage(gateway: ApiGateway, input: Input<'CreateStage'>): Promise<Output<'CreateStage'>> {
  const api = await apiWithId(gateway, input.ApiId)
  return stageOutput(await addStage(gateway, api.id, input))
}

export async function addStage(gateway: ApiGateway, apiId: string, input: Omit<Input<'CreateStage'>, 'ApiId'>): Promise<StageRow> {
  refuse(input, ['AccessLogSettings', 'ClientCertificateId', 'DefaultRouteSettings', 'RouteSettings', 'DeploymentId'])
  const name = input.StageName!
  if (!/^(?:\$default|[\w-]{1,128})$/.test(name)) throw new BadRequestException(`Stage name only allows a-zA-Z0-9_- and $default, not ${name}`)
  if (!input.AutoDeploy) throw new BadRequestException('A stage without AutoDeploy is not supported by Fogbank.')
  if (await gateway.tables.stages.get(apiId, name)) throw new ConflictException('Stage already exists')
  const now = gateway.now()
  const row: StageRow = {
    apiId, name, autoDeploy: true, variables: input.StageVariables ?? {}, tags: input.Tags ?? {}, createdAt: now, updatedAt: now,
    ...input.Description !== undefined && { description: input.Description },
  }
  await gateway.tables.stages.put(row)
  return row
}

export const stageOutput = (row: StageRow): Stage => ({
  StageName: row.name, AutoDeploy: row.autoDeploy, CreatedDate: new Date(row.createdAt), LastUpdatedDate: new Date(row.updatedAt), StageVariables: row.variables, Tags: row.tags,
  DefaultRouteSettings: { DetailedMetricsEnabled: false }, RouteSettings: {}, ...row.description !== undefined && { Description: row.description },
})
