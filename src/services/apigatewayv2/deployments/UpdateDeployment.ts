import type { ApiGateway, DeploymentRow, Input, Output } from '../state.ts'
import { deploymentOutput } from './deploy.ts'
import { deploymentOf } from './deployment.ts'

/** Changes a deployment's description; what was deployed stays as it is. */
export async function UpdateDeployment(gateway: ApiGateway, input: Input<'UpdateDeployment'>): Promise<Output<'UpdateDeployment'>> {
  const row: DeploymentRow = { ...await deploymentOf(gateway, input), ...input.Description !== undefined && { description: input.Description } }
  await gateway.tables.deployments.put(row)
  return deploymentOutput(row)
}
