import type { PropertyDifference } from '@aws-sdk/client-cloudformation'
import { sameValue } from '../engine/values.ts'
import { isObject } from '../template/template.ts'

/**
 * How what stands differs from what the template says, by paths such as `/Tags/0/Value`. Only what the template names is looked at, and of that only
 * what the type can read back. Numbers and truth in a template may be text. A key of KMS is not compared, as on AWS: it has many names.
 */
export function differences(expected: Record<string, unknown>, actual: Record<string, unknown>): PropertyDifference[] {
  const found: PropertyDifference[] = []
  for (const [name, value] of Object.entries(expected)) if (name in actual && !isKey(name)) compare(value, actual[name], `/${name}`, found)
  return found
}

/** Properties without some of their members, named by paths such as `LoginProfile/Password`: what can only be written is not compared. */
export function withoutMembers(properties: Record<string, unknown>, paths: readonly string[]): Record<string, unknown> {
  const left = structuredClone(properties)
  for (const path of paths) {
    const names = path.split('/')
    const holder = names.slice(0, -1).reduce<unknown>((value, name) => isObject(value) ? value[name] : undefined, left)
    if (isObject(holder)) delete holder[names.at(-1)!]
  }
  return left
}

function compare(expected: unknown, actual: unknown, path: string, found: PropertyDifference[]): void {
  const wanted = parsedAs(expected, actual)
  if (sameValue(wanted, actual) || sameText(wanted, actual)) return
  if (actual === undefined || actual === null) return void found.push(difference(path, 'REMOVE', wanted, null))
  if (Array.isArray(wanted) && Array.isArray(actual)) return compareLists(wanted, actual, path, found)
  if (isObject(wanted) && isObject(actual)) {
    for (const name of new Set([...Object.keys(wanted), ...Object.keys(actual)])) {
      if (isKey(name)) continue
      const at = `${path}/${pointerPart(name)}`
      if (!(name in wanted)) found.push(difference(at, 'ADD', null, actual[name]))
      else compare(wanted[name], actual[name], at, found)
    }
    return
  }
  found.push(difference(path, 'NOT_EQUAL', wanted, actual))
}

const isKey = (property: string): boolean => /^kmsKeyId$/i.test(property)

/** A name as a JSON pointer has it: one may contain a slash, as routes do. */
export const pointerPart = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** Lists of names are sets, and so are lists of things that each have a name (a policy's, a tag's key); of other lists, item by item. */
function compareLists(expected: unknown[], actual: unknown[], path: string, found: PropertyDifference[]): void {
  if ([...expected, ...actual].every(item => typeof item !== 'object')) {
    actual.forEach((item, at) => { if (!expected.map(String).includes(String(item))) found.push(difference(`${path}/${at}`, 'ADD', null, item)) })
    expected.forEach((item, at) => { if (!actual.map(String).includes(String(item))) found.push(difference(`${path}/${at}`, 'REMOVE', item, null)) })
    return
  }
  const named = [...expected, ...actual].every(item => nameOf(item) !== undefined)
  const left = new Set(actual.keys())
  expected.forEach((item, at) => {
    const other = named ? [...left].find(one => nameOf(actual[one]) === nameOf(item)) : at
    if (other !== undefined) left.delete(other)
    compare(item, other === undefined ? undefined : actual[other], `${path}/${at}`, found)
  })
  for (const at of left) found.push(difference(`${path}/${at}`, 'ADD', null, actual[at]))
}

/** What an item of a list is called: by the first member whose name says so. */
function nameOf(item: unknown): string | undefined {
  const member = isObject(item) ? Object.entries(item).sort().find(([name, value]) => /(?:Name|Id|Key)$/.test(name) && typeof value === 'string') : undefined
  return member && `${member[0]}=${member[1]}`
}

/** A document that the template gives as text is compared as what it says. */
function parsedAs(expected: unknown, actual: unknown): unknown {
  if (typeof expected !== 'string' || typeof actual !== 'object' || actual === null) return expected
  try {
    return JSON.parse(expected)
  } catch {
    return expected
  }
}

const sameText = (a: unknown, b: unknown): boolean =>
  typeof a !== 'object' && typeof b !== 'object' && a !== undefined && b !== undefined && String(a) === String(b)

const text = (value: unknown): string => typeof value === 'string' ? value : JSON.stringify(value)

const difference = (PropertyPath: string, DifferenceType: 'ADD' | 'REMOVE' | 'NOT_EQUAL', expected: unknown, actual: unknown): PropertyDifference =>
  ({ PropertyPath, ExpectedValue: text(expected), ActualValue: text(actual), DifferenceType })
