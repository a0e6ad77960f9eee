import { decodeToken, encodeToken } from '../../platform/pagination.ts'
import { ValidationError } from './state.ts'

export interface PageInput { Marker?: string | undefined, MaxItems?: number | undefined }

/**
 * A page of items already read, in their order. IAM's lists are bounded by quotas of an account (1000 roles, 1500 policies), so a
 * list is read whole, and filtered before it is cut.
 */
export function pageBy<Item>(
  kind: string, items: Item[], input: PageInput, keyOf: (item: Item) => string
): { page: Item[], next: { IsTruncated: boolean, Marker?: string } } {
  const maxItems = input.MaxItems ?? 100
  if (maxItems < 1 || maxItems > 1000) {
    const bound = maxItems < 1 ? 'greater than or equal to 1' : 'less than or equal to 1000'
    throw new ValidationError(`1 validation error detected: Value '${maxItems}' at 'maxItems' failed to satisfy constraint: Member must have value ${bound}`)
  }
  let start = 0
  if (input.Marker !== undefined) {
    const position = decodeToken(kind, input.Marker)
    if (!position) throw new ValidationError(`Invalid Marker: ${input.Marker}`)
    start = items.findIndex(item => keyOf(item) > String(position[0]))
    if (start < 0) start = items.length
  }
  const page = items.slice(start, start + maxItems)
  if (start + maxItems >= items.length) return { page, next: { IsTruncated: false } }
  return { page, next: { IsTruncated: true, Marker: encodeToken(kind, [keyOf(page.at(-1)!)]) } }
}

/** Orders by a key, as `pageBy` needs it. */
export const sortBy = <Item>(items: Item[], keyOf: (item: Item) => string): Item[] =>
  items.sort((a, b) => keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0)
