import type { TableRow } from '../state.ts'
import type { Item } from '../values/attribute-value.ts'

// AWS leaves an item alone whose time lies more than five years back.
export const expiryAgeSecondsMax = 5 * 365 * 86_400

/** The second at which the item expires; undefined where it never does. Only a number of whole seconds counts. */
export function expirySecondsOf(table: TableRow, item: Item): number | undefined {
  const name = table.ttl?.attribute
  const text = name !== undefined && Object.hasOwn(item, name) ? item[name]!.N : undefined
  if (text === undefined) return undefined
  const seconds = Math.floor(Number(text))
  return seconds > 0 && seconds < 1e12 ? seconds : undefined
}
