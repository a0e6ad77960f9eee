import { InvalidParameterValueException } from '../state.ts'

/** Cuts a page of at most 50 out of rows read with one more than the limit; the marker is the last key, opaque to callers. */
export function page<Row>(rows: Row[], limit: number, key: (row: Row) => string | number): { rows: Row[], NextMarker?: string } {
  const cut = rows.slice(0, limit)
  const last = cut.at(-1)
  return rows.length > limit && last !== undefined ? { rows: cut, NextMarker: Buffer.from(JSON.stringify(key(last))).toString('base64url') } : { rows: cut }
}

/** The key in a marker. */
export function marker(text: string | undefined): string | number | undefined {
  if (text === undefined) return undefined
  try {
    const key: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (typeof key === 'string' || typeof key === 'number') return key
  } catch { /* answered below, as any other marker that is none of ours */ }
  throw new InvalidParameterValueException('Invalid pagination token')
}

export const limitOf = (maxItems: number | undefined): number => Math.min(maxItems ?? 50, 50)
