import { createHash } from 'node:crypto'
import { pyJson, truthy } from './python.ts'
import type { Value } from './python.ts'

const hashLength = 10

/** The first characters of the SHA-1 of the data's canonical JSON (of the text itself, where it is text); empty for no data. */
export function dataHash(data: Value, length = hashLength): string {
  const text = !truthy(data) ? '' : typeof data === 'string' ? data : pyJson(data, { sorted: true, compact: true })
  return text === '' ? '' : createHash('sha1').update(text).digest('hex').slice(0, length)
}

/** A logical id that changes exactly when the data does. */
export const hashedId = (prefix: string, data?: Value): string => prefix + dataHash(data)

export const isAlphanumeric = (text: string): boolean => /^[\p{L}\p{N}]+$/u.test(text)
