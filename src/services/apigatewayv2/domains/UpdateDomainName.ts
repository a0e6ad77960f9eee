import type { ApiGateway, DomainRow, Input, Output } from '../state.ts'
import { configurationsOf, domainOf, domainOutput, refuseUnsupported } from './domain.ts'

/** Changes the configurations of a custom domain name. */
export async function UpdateDomainName(gateway: ApiGateway, input: Input<'UpdateDomainName'>): Promise<Output<'UpdateDomainName'>> {
  refuseUnsupported(input)
  const before = await domainOf(gateway, input.DomainName)
  const row: DomainRow = input.DomainNameConfigurations
    ? { ...before, configurations: configurationsOf(gateway, input.DomainNameConfigurations, before.configurations) }
    : before
  await gateway.tables.domains.put(row)
  return domainOutput(gateway, row)
}
