import { apiWithId, type ApiGateway, type Input, type Output } from '../state.ts'
import { apiOutput } from './api.ts'

/** An API. */
export async function GetApi(gateway: ApiGateway, input: Input<'GetApi'>): Promise<Output<'GetApi'>> {
  return apiOutput(gateway, await apiWithId(gateway, input.ApiId))
}
