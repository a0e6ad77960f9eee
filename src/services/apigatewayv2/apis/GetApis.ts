import { paged } from '../pages.ts'
import type { ApiGateway, Input, Output } from '../state.ts'
import { apiOutput } from './api.ts'

/** The APIs of the account and region. */
export async function GetApis(gateway: ApiGateway, input: Input<'GetApis'>): Promise<Output<'GetApis'>> {
  const mine = (await gateway.tables.apis.list()).filter(row => row.account === gateway.account && row.region === gateway.region)
  return paged('apis', mine, input, row => apiOutput(gateway, row))
}
