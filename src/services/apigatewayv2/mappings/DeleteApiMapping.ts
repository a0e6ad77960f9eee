import type { ApiGateway, Input } from '../state.ts'
import { mappingOf } from './mapping.ts'

/** Deletes a mapping of a domain name. */
export async function DeleteApiMapping(gateway: ApiGateway, input: Input<'DeleteApiMapping'>): Promise<object> {
  const row = await mappingOf(gateway, input)
  await gateway.tables.mappings.delete(row.domain, row.id)
  return {}
}
