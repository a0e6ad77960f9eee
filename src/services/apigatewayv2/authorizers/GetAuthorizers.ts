import { paged } from '../pages.ts'
import { apiWithId, type ApiGateway, type Input, type Output } from '../state.ts'
import { authorizerOutput } from './authorizer.ts'

/** The authorizers of an API. */
export async function GetAuthorizers(gateway: ApiGateway, input: Input<'GetAuthorizers'>): Promise<Output<'GetAuthorizers'>> {
  const api = await apiWithId(gateway, input.ApiId)
  return paged('authorizers', await gateway.tables.authorizers.list({ prefix: [api.id] }), input, authorizerOutput)
}
