import type { ApiGateway, Input, Output } from '../state.ts'
import { domainOf, domainOutput } from './domain.ts'

/** A custom domain name. */
export async function GetDomainName(gateway: ApiGateway, input: Input<'GetDomainName'>): Promise<Output<'GetDomainName'>> {
  return domainOutput(gateway, await domainOf(gateway, input.DomainName))
}
