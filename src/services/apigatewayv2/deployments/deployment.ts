import { apiWithId, NotFoundException, type ApiGateway, type DeploymentRow } from '../state.ts'

/** A deployment of an API of the caller's; NotFoundException where it is not there. */
export async function deploymentOf(gateway: ApiGateway, input: { ApiId: string | undefined, DeploymentId: string | undefined }): Promise<DeploymentRow> {
  const api = await apiWithId(gateway, input.ApiId)
  const row = await gateway.tables.deployments.get(api.id, input.DeploymentId ?? '')
  if (!row) throw new NotFoundException('Invalid Deployment identifier specified')
  return row
}
