import { autoDeploy } from '../deployments/deploy.ts'
import type { ApiGateway, Input, Output } from '../state.ts'
import { changeIntegration, integrationOf, integrationOutput } from './integration.ts'

/** Changes an integration; what is not given stays. A mapping set to '' goes, and so do all of a status code set to {}. */
export async function UpdateIntegration(gateway: ApiGateway, input: Input<'UpdateIntegration'>): Promise<Output<'UpdateIntegration'>> {
  const { api, row } = await integrationOf(gateway, input)
  const changed = await changeIntegration(gateway, row, input)
  await autoDeploy(gateway, api)
  return integrationOutput(changed, api.managed?.integrationId === row.id)
}
