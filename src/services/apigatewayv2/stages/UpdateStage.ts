import { apiWithId, NotFoundException, refuse, type ApiGateway, type Input, type Output, type StageRow } from '../state.ts'
import { stageOutput } from './CreateStage.ts'

/** Changes a stage's description and variables; a variable set to nothing goes. */
export async function UpdateStage(gateway: ApiGateway, input: Input<'UpdateStage'>): Promise<Output<'UpdateStage'>> {
  refuse(input, ['AccessLogSettings', 'ClientCertificateId', 'DefaultRouteSettings', 'RouteSettings', 'DeploymentId'])
  const api = await apiWithId(gateway, input.ApiId)
  const row = await gateway.tables.stages.get(api.id, input.StageName!)
  if (!row) throw new NotFoundException(`Unable to find Stage by name ${input.StageName} within the provided API`)
  const variables = Object.fromEntries(Object.entries({ ...row.variables, ...input.StageVariables }).filter(([, value]) => value !== ''))
  const changed: StageRow = { ...row, variables, updatedAt: gateway.now(), ...input.Description !== undefined && { description: input.Description } }
  await gateway.tables.stages.put(changed)
  return stageOutput(changed)
}
