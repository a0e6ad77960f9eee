import { decodeToken } from '../../../platform/pagination.ts'
import { invalid } from '../state.ts'

/** Where a page begins; undefined for the first. */
export function positionOf(kind: string, token: string | undefined): (string | number)[] | undefined {
  if (!token) return undefined
  const position = decodeToken(kind, token)
  if (!position) throw invalid('NextToken')
  return position
}
