import { decodeToken, encodeToken, pageOf } from '../../platform/pagination.ts'
import { InvalidParameterException } from './state.ts'

const pageMax = 50

/** A page of rows that are sorted by name, after the token of `input`; 50 a page. Throws InvalidParameterException for a token of another listing. */
export function pageOfNames<Row extends { name: string }>(
  kind: string, rows: Row[], input: { nextToken?: string | undefined, limit?: number | undefined },
): { page: Row[], nextToken?: string } {
  const after = input.nextToken === undefined ? undefined : decodeToken(kind, input.nextToken)
  if (input.nextToken !== undefined && !after) throw new InvalidParameterException('The specified nextToken is invalid.')
  const left = after ? rows.filter(row => row.name > String(after[0])) : rows
  const { page, last } = pageOf(left, input.limit ?? pageMax)
  return { page, ...last && { nextToken: encodeToken(kind, [last.name]) } }
}
