import { BadRequestException, type ApiGateway, type Input } from '../state.ts'
import { deploymentOf } from './deployment.ts'

/** Deletes a deployment that no stage serves. */
export async function DeleteDeployment(gateway: ApiGateway, input: Input<'DeleteDeployment'>): Promise<object> {
  const row = await deploymentOf(gateway, input)
  const stages = await gateway.tables.stages.list({ prefix: [row.apiId] })
  if (stages.some(stage => stage.deploymentId === row.id)) throw new BadRequestException('Active stages pointing to this deployment must be moved or deleted')
  await gateway.tables.deployments.delete(row.apiId, row.id)
  return {}
}
