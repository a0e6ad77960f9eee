import { paged } from '../pages.ts'
import { apiWithId, type ApiGateway, type Input, type Output } from '../state.ts'
import { deploymentOutput } from './deploy.ts'

/** The deployments of an API, the latest first. */
export async function GetDeployments(gateway: ApiGateway, input: Input<'GetDeployments'>): Promise<Output<'GetDeployments'>> {
  const api = await apiWithId(gateway, input.ApiId)
  const rows = await gateway.tables.deployments.list({ prefix: [api.id] })
  return paged('deployments', rows.sort((a, b) => b.createdAt - a.createdAt), input, deploymentOutput)
}
