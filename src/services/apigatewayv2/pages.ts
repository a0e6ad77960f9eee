import { decodeToken, encodeToken } from '../../platform/pagination.ts'
import { BadRequestException } from './state.ts'

interface Asked { MaxResults?: string | undefined, NextToken?: string | undefined }

/** A page of a list in its order. `MaxResults` is text on the wire; without it the page is as long as AWS makes it. */
export function paged<Row, Item>(kind: string, rows: Row[], input: Asked, output: (row: Row) => Item) {
  const limit = input.MaxResults === undefined ? 500 : Number(input.MaxResults)
  if (!Number.isInteger(limit) || limit < 1) throw new BadRequestException('Invalid value for max results')
  const start = input.NextToken === undefined ? 0 : decodeToken(kind, input.NextToken)?.[0]
  if (typeof start !== 'number') throw new BadRequestException('Invalid next token')
  const end = start + limit
  return { Items: rows.slice(start, end).map(output), ...end < rows.length && { NextToken: encodeToken(kind, [end]) } }
}
