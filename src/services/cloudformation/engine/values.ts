import { createHash } from 'node:crypto'
import { isObject } from '../template/template.ts'

/** Equal as JSON, members in any order. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, at) => sameValue(item, b[at]))
  if (!isObject(a) || !isObject(b)) return (a ?? null) === (b ?? null)
  return [a, b].every(each => Object.keys(each).every(name => each[name] === undefined || (b[name] !== undefined && a[name] !== undefined)))
    && Object.keys(a).every(name => sameValue(a[name], b[name]))
}

export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value) ?? 'null'
  return `{${Object.keys(value).filter(name => value[name] !== undefined).sort().map(name => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`
}

/** A hash that stands for a value. */
export const digest = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('hex')
