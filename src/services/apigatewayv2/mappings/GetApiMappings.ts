import { domainOf } from '../domains/domain.ts'
import { paged } from '../pages.ts'
import type { ApiGateway, Input, Output } from '../state.ts'
import { mappingOutput } from './mapping.ts'

/** The mappings of a domain name. */
export async function GetApiMappings(gateway: ApiGateway, input: Input<'GetApiMappings'>): Promise<Output<'GetApiMappings'>> {
  const { name } = await domainOf(gateway, input.DomainName)
  return paged('mappings', await gateway.tables.mappings.list({ prefix: [name] }), input, mappingOutput)
}
