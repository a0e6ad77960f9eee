import { paged } from '../pages.ts'
import type { ApiGateway, Input, Output } from '../state.ts'
import { domainOutput } from './domain.ts'

/** The custom domain names of the account and region. */
export async function GetDomainNames(gateway: ApiGateway, input: Input<'GetDomainNames'>): Promise<Output<'GetDomainNames'>> {
  const mine = (await gateway.tables.domains.list()).filter(row => row.account === gateway.account && row.region === gateway.region)
  return paged('domains', mine, input, row => domainOutput(gateway, row))
}
