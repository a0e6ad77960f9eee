import { decodeToken, encodeToken } from '../../../platform/pagination.ts'
import { InvalidParameterValueException } from '../state.ts'
import { pageItemsDefault } from './limits.ts'

/** Markers of the state: the sequence number of the operation after which the next page begins. */
export const stateMarker = (sequence: number): string => encodeToken('durableState', [sequence])

/** The position in a marker of a kind; undefined where there is none. */
export function positionOf(kind: string, marker: string | undefined): (string | number)[] | undefined {
  if (!marker) return undefined
  const position = decodeToken(kind, marker)
  if (!position) throw new InvalidParameterValueException('Invalid Marker')
  return position
}

/** Zero is AWS's word for the default. */
export const itemsOf = (maxItems: number | undefined): number => maxItems || pageItemsDefault
