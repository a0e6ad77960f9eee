import { autoDeploy } from '../deployments/deploy.ts'
import { apiWithId, type ApiGateway, type Input, type Output } from '../state.ts'
import { addAuthorizer, authorizerOutput } from './authorizer.ts'

/** Adds an authorizer: tokens of an issuer (JWT), or a Lambda function (REQUEST). */
export async function CreateAuthorizer(gateway: ApiGateway, input: Input<'CreateAuthorizer'>): Promise<Output<'CreateAuthorizer'>> {
  const api = await apiWithId(gateway, input.ApiId)
  const row = await addAuthorizer(gateway, api.id, input)
  await autoDeploy(gateway, api)
  return authorizerOutput(row)
}
