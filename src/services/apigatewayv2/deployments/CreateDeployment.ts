import { apiWithId, BadRequestException, NotFoundException, type ApiGateway, type Input, type Output } from '../state.ts'
import { addDeployment, deploymentOutput } from './deploy.ts'

/** Freezes the API as it stands, and gives it to a stage that does not deploy by itself, where one is named. */
export async function CreateDeployment(gateway: ApiGateway, input: Input<'CreateDeployment'>): Promise<Output<'CreateDeployment'>> {
  const api = await apiWithId(gateway, input.ApiId)
  const stage = input.StageName === undefined ? undefined : await gateway.tables.stages.get(api.id, input.StageName)
  if (input.StageName !== undefined && !stage) throw new NotFoundException('Invalid stage identifier specified')
  if (stage?.autoDeploy) throw new BadRequestException('Deployment ID cannot be set on a stage with AutoDeploy enabled')
  if ((await gateway.tables.routes.list({ prefix: [api.id], limit: 1 })).length === 0) {
    throw new BadRequestException('At least one route is required before deploying the Api.')
  }
  const row = await addDeployment(gateway, api, { autoDeployed: false, ...input.Description !== undefined && { description: input.Description } })
  if (stage) await gateway.tables.stages.put({ ...stage, deploymentId: row.id, updatedAt: gateway.now() })
  return deploymentOutput(row)
}
