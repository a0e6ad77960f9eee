import type { Input, Lambda, Output } from '../state.ts'
import { mappingShown } from './criteria.ts'
import { mappingRow } from './mapping.ts'

/** A mapping by its id. */
export async function GetEventSourceMapping(lambda: Lambda, input: Input<'GetEventSourceMapping'>): Promise<Output<'GetEventSourceMapping'>> {
  return mappingShown(lambda, await mappingRow(lambda, input.UUID))
}
