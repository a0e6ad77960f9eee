import { tagProblem } from '../../../platform/tags.ts'
import { autoDeploy } from '../deployments/deploy.ts'
import {
  apiWithId, BadRequestException, ConflictException, NotFoundException, present, refuse, stagesPerApiMax, TooManyRequestsException,
  type ApiGateway, type ApiRow, type Input, type Output, type StageRow,
} from '../state.ts'
import { accessLogOf, routeSettingsOf, settingsOf, stageOutput, variablesOf } from './settings.ts'

/** Adds a stage: one that deploys by itself, or one that serves the deployment it is given. */
export async function CreateStage(gateway: ApiGateway, input: Input<'CreateStage'>): Promise<Output<'CreateStage'>> {
  return stageOutput(await addStage(gateway, await apiWithId(gateway, input.ApiId), input))
}

export async function addStage(gateway: ApiGateway, api: ApiRow, input: Omit<Input<'CreateStage'>, 'ApiId'>): Promise<StageRow> {
  refuse(input, ['ClientCertificateId'])
  const name = input.StageName!
  const { stages, deployments } = gateway.tables
  if (!/^(?:\$default|[\w-]{1,128})$/.test(name)) throw new BadRequestException('Stage name only allows a-zA-Z0-9_- and $default')
  if (await stages.get(api.id, name)) throw new ConflictException('Stage already exists')
  if ((await stages.list({ prefix: [api.id] })).length >= stagesPerApiMax) {
    throw new TooManyRequestsException('Maximum number of stages per API has been reached.')
  }
  if (input.AutoDeploy && input.DeploymentId !== undefined) throw new BadRequestException('Deployment ID cannot be set on a stage with AutoDeploy enabled')
  if (input.DeploymentId !== undefined && !await deployments.get(api.id, input.DeploymentId)) {
    throw new NotFoundException(`Unable to find Deployment by ID ${input.DeploymentId}`)
  }
  const problem = tagProblem(input.Tags ?? {})
  if (problem) throw new BadRequestException(problem)
  const now = gateway.now()
  const row: StageRow = {
    apiId: api.id, name, autoDeploy: input.AutoDeploy ?? false, variables: variablesOf(input.StageVariables ?? {}), tags: input.Tags ?? {}, createdAt: now,
    updatedAt: now,
    ...present({
      description: input.Description, deploymentId: input.DeploymentId, accessLog: input.AccessLogSettings && accessLogOf(input.AccessLogSettings),
      defaultRouteSettings: input.DefaultRouteSettings && settingsOf(input.DefaultRouteSettings),
      routeSettings: input.RouteSettings && await routeSettingsOf(gateway, api.id, input.RouteSettings),
    }),
  }
  await stages.put(row)
  if (!row.autoDeploy) return row
  await autoDeploy(gateway, api)
  return (await stages.get(api.id, name))!
}
