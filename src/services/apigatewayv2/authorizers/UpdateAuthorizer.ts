import { autoDeploy } from '../deployments/deploy.ts'
import type { ApiGateway, Input, Output } from '../state.ts'
import { authorizerOf, authorizerOutput, changeAuthorizer } from './authorizer.ts'

/** Changes an authorizer; what is not given stays. */
export async function UpdateAuthorizer(gateway: ApiGateway, input: Input<'UpdateAuthorizer'>): Promise<Output<'UpdateAuthorizer'>> {
  const { api, row } = await authorizerOf(gateway, input)
  const changed = await changeAuthorizer(gateway, row, input)
  await autoDeploy(gateway, api)
  return authorizerOutput(changed)
}
