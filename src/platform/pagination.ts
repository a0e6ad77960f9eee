/**
 * An opaque pagination token for the position after a row: what `after` of a table's list takes. `kind` ties it to its operation
 * and filter, so that a token of another one is refused.
 */
export const encodeToken = (kind: string, position: readonly unknown[]): string =>
  Buffer.from(JSON.stringify([kind, ...position])).toString('base64url')

/** The position in a token; undefined where the token is not one of this kind (the caller throws its service's error). */
export function decodeToken(kind: string, token: string): (string | number)[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString())
    if (!Array.isArray(parts) || parts[0] !== kind || !parts.every(part => typeof part === 'string' || typeof part === 'number')) return undefined
    return parts.slice(1)
  } catch {
    return undefined
  }
}

/** Splits what was read with `limit + 1` into a page and the row that the next page comes after. */
export function pageOf<Row>(rows: Row[], limit: number): { page: Row[], last: Row | undefined } {
  const page = rows.slice(0, limit)
  return { page, last: rows.length > limit ? page[page.length - 1] : undefined }
}
