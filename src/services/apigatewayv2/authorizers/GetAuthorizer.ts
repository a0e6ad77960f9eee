import type { ApiGateway, Input, Output } from '../state.ts'
import { authorizerOf, authorizerOutput } from './authorizer.ts'

/** An authorizer of an API. */
export async function GetAuthorizer(gateway: ApiGateway, input: Input<'GetAuthorizer'>): Promise<Output<'GetAuthorizer'>> {
  return authorizerOutput((await authorizerOf(gateway, input)).row)
}
