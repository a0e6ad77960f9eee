import type { Deployment } from '@aws-sdk/client-apigatewayv2'
import { newPartId, type ApiGateway, type ApiRow, type DeploymentRow, type Snapshot } from '../state.ts'

/** The API as it stands. */
export async function snapshotOf(gateway: ApiGateway, api: ApiRow): Promise<Snapshot> {
  const { routes, integrations, authorizers } = gateway.tables
  return {
    routes: await routes.list({ prefix: [api.id] }), integrations: await integrations.list({ prefix: [api.id] }),
    authorizers: await authorizers.list({ prefix: [api.id] }),
    ...api.cors && { cors: api.cors },
  }
}

export async function addDeployment(gateway: ApiGateway, api: ApiRow, options: { autoDeployed: boolean, description?: string }): Promise<DeploymentRow> {
  const { autoDeployed, description } = options
  const row: DeploymentRow = {
    apiId: api.id, id: newPartId(), autoDeployed, createdAt: gateway.now(), snapshot: await snapshotOf(gateway, api),
    ...description !== undefined && { description },
  }
  await gateway.tables.deployments.put(row)
  return row
}

/** After each change of an API: the stages that deploy by themselves serve it, and the deployments they leave behind go. */
export async function autoDeploy(gateway: ApiGateway, api: ApiRow): Promise<void> {
  const stages = await gateway.tables.stages.list({ prefix: [api.id] })
  const automatic = stages.filter(stage => stage.autoDeploy)
  if (automatic.length === 0) return
  const { id } = await addDeployment(gateway, api, { autoDeployed: true })
  const deploymentMessage = `Successfully deployed stage with deployment ID '${id}'`
  for (const stage of automatic) await gateway.tables.stages.put({ ...stage, deploymentId: id, deploymentMessage, updatedAt: gateway.now() })
  const inUse = new Set([id, ...stages.filter(stage => !stage.autoDeploy).map(stage => stage.deploymentId)])
  for (const row of await gateway.tables.deployments.list({ prefix: [api.id] })) {
    if (row.autoDeployed && !inUse.has(row.id)) await gateway.tables.deployments.delete(api.id, row.id)
  }
}

export const deploymentOutput = (row: DeploymentRow): Deployment => ({
  DeploymentId: row.id, AutoDeployed: row.autoDeployed, CreatedDate: new Date(row.createdAt), DeploymentStatus: 'DEPLOYED',
  Description: row.description ?? (row.autoDeployed ? 'Automatic deployment triggered by changes to the Api configuration' : ''),
})
