import { autoDeploy } from '../deployments/deploy.ts'
import { BadRequestException, NotFoundException, refuse, type ApiGateway, type ApiRow, type Input, type Output, type StageRow } from '../state.ts'
import { accessLogOf, routeSettingsOf, settingsOf, stageOutput, variablesOf } from './settings.ts'
import { isManaged, stageOf } from './stage.ts'

/** Changes a stage. A variable set to '' goes; route settings are added to those that stand. */
export async function UpdateStage(gateway: ApiGateway, input: Input<'UpdateStage'>): Promise<Output<'UpdateStage'>> {
  refuse(input, ['ClientCertificateId'])
  const { api, row } = await stageOf(gateway, input)
  const changed: StageRow = { ...row, variables: variablesOf({ ...row.variables, ...input.StageVariables }), updatedAt: gateway.now() }
  if (input.Description !== undefined) changed.description = input.Description
  if (input.AutoDeploy !== undefined) changed.autoDeploy = input.AutoDeploy
  if (input.DefaultRouteSettings) changed.defaultRouteSettings = { ...row.defaultRouteSettings, ...settingsOf(input.DefaultRouteSettings) }
  if (input.RouteSettings) changed.routeSettings = { ...row.routeSettings, ...await routeSettingsOf(gateway, api.id, input.RouteSettings) }
  if (input.AccessLogSettings) {
    const { accessLog: _, ...rest } = changed
    const accessLog = accessLogOf(input.AccessLogSettings)
    return save(gateway, api, { ...rest, ...accessLog && { accessLog } }, input)
  }
  return save(gateway, api, changed, input)
}

async function save(gateway: ApiGateway, api: ApiRow, row: StageRow, input: Input<'UpdateStage'>): Promise<Output<'UpdateStage'>> {
  const deploymentId = input.DeploymentId
  if (deploymentId !== undefined) {
    if (row.autoDeploy) throw new BadRequestException('Deployment ID cannot be set on a stage with AutoDeploy enabled')
    if (!await gateway.tables.deployments.get(api.id, deploymentId)) throw new NotFoundException(`Unable to find Deployment by ID ${deploymentId}`)
    row = { ...row, deploymentId }
  }
  await gateway.tables.stages.put(row)
  if (input.AutoDeploy) await autoDeploy(gateway, api)
  return stageOutput((await gateway.tables.stages.get(api.id, row.name))!, isManaged(api, row))
}
