import type { ApiGateway, Input, Output } from '../state.ts'
import { mappingOf, mappingOutput } from './mapping.ts'

/** A mapping of a domain name. */
export async function GetApiMapping(gateway: ApiGateway, input: Input<'GetApiMapping'>): Promise<Output<'GetApiMapping'>> {
  return mappingOutput(await mappingOf(gateway, input))
}
