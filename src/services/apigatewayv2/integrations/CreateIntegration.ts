import { autoDeploy } from '../deployments/deploy.ts'
import { apiWithId, type ApiGateway, type Input, type Output } from '../state.ts'
import { addIntegration, integrationOutput } from './integration.ts'

/** Adds an integration: a Lambda function or an AWS action (AWS_PROXY), or an HTTP address (HTTP_PROXY). */
export async function CreateIntegration(gateway: ApiGateway, input: Input<'CreateIntegration'>): Promise<Output<'CreateIntegration'>> {
  const api = await apiWithId(gateway, input.ApiId)
  const row = await addIntegration(gateway, api.id, input)
  await autoDeploy(gateway, api)
  return integrationOutput(row)
}
