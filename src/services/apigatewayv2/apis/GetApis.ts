import type { ApiGateway, Output } from '../state.ts'
import { apiOutput } from './api.ts'

/** The APIs of the account and region. */
export async function GetApis(gateway: ApiGateway): Promise<Output<'GetApis'>> {
  const mine = (await gateway.tables.apis.list()).filter(row => row.account === gateway.account && row.region === gateway.region)
  return { Items: mine.map(row => apiOutput(gateway, row)) }
}
