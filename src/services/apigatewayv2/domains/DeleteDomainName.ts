import type { ApiGateway, Input } from '../state.ts'
import { domainOf } from './domain.ts'

/** Deletes a custom domain name with its mappings. */
export async function DeleteDomainName(gateway: ApiGateway, input: Input<'DeleteDomainName'>): Promise<object> {
  const { name } = await domainOf(gateway, input.DomainName)
  for (const row of await gateway.tables.mappings.list({ prefix: [name] })) await gateway.tables.mappings.delete(name, row.id)
  await gateway.tables.domains.delete(name)
  return {}
}
