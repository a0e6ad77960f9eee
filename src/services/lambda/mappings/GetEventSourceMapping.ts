import type { Input, Lambda, Output } from '../state.ts'
import { mappingOutput, mappingRow } from './mapping.ts'

/** A mapping by its id. */
export async function GetEventSourceMapping(lambda: Lambda, input: Input<'GetEventSourceMapping'>): Promise<Output<'GetEventSourceMapping'>> {
  return mappingOutput(lambda, await mappingRow(lambda, input.UUID))
}
