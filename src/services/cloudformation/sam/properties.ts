import { invalidResource } from './errors.ts'
import { entriesOf, isDict } from './python.ts'
import type { Dict } from './python.ts'

/**
 * The type of each property, in a small notation: `any`; `str`, `map`, `bool`, `list`, `int`; alternatives with `|`; `{map}` a map whose values
 * are maps, `[str|map]` a list; `(str)` a type that the error does not name; `!` after it: required; `=` after it: an intrinsic function is no way around the
 * type; `Delete/Retain`: one of these.
 */
export type PropertyTypes = Record<string, string>

const simple: Record<string, (value: unknown) => boolean> = {
  any: () => true, str: value => typeof value === 'string', map: isDict, bool: value => typeof value === 'boolean', list: Array.isArray,
  int: value => Number.isInteger(value) || typeof value === 'boolean',
}

function fits(type: string, value: unknown): boolean {
  const alternatives = splitAlternatives(type)
  if (alternatives.length > 1) return alternatives.some(each => fits(each, value))
  const inner = type.slice(1, -1)
  if (type.startsWith('(')) return fits(inner, value)
  if (type.startsWith('{')) return isDict(value) && Object.values(value).every(item => fits(inner, item))
  if (type.startsWith('[')) return Array.isArray(value) && value.every(item => fits(inner, item))
  return type.includes('/') ? type.split('/').includes(value as string) : simple[type]!(value)
}

function splitAlternatives(type: string): string[] {
  const result: string[] = ['']
  let depth = 0
  for (const character of type) {
    if ('{['.includes(character)) depth++
    if ('}]'.includes(character)) depth--
    if (character === '|' && depth === 0) result.push('')
    else result[result.length - 1] += character
  }
  return result
}

function mistake(name: string, type: string): string {
  if (type === 'map') return `Property '${name}' should be a map.`
  if (type === 'str') return `Property '${name}' should be a string.`
  if (type.includes('/')) return `Property '${name}' should be a one of the strings: ${type.split('/').map(each => `'${each}'`).join(' or ')}.`
  return `Type of property '${name}' is invalid.`
}

/** Checks the properties of a SAM resource or event against its types; throws the first fault in the translator's order. */
export function checkProperties(id: string, resourceType: string, types: PropertyTypes, properties: Dict): void {
  for (const [name] of entriesOf(properties)) {
    if (!Object.hasOwn(types, name)) throw invalidResource(id, `property ${name} not defined for resource of type ${resourceType}`)
  }
  for (const [name, notation] of Object.entries(types)) {
    const [, type, flags] = /^(.*?)([!=]*)$/.exec(notation)! as unknown as [string, string, string]
    const value = properties[name]
    if (!flags.includes('=') && type !== 'any' && isDict(value) && Object.keys(value).length === 1) continue
    if (value === undefined || value === null) {
      if (flags.includes('!')) throw invalidResource(id, `Missing required property '${name}'.`)
    } else if (!fits(type, value)) throw invalidResource(id, mistake(name, type))
  }
}

/** The shape of a resource or event before its properties are looked at. */
export function checkShape(id: string, resource: Dict): Dict {
  if (!/^[A-Za-z0-9]+$/.test(id)) throw invalidResource(id, 'Logical ids must be alphanumeric.')
  if (Object.hasOwn(resource, 'Properties') && !isDict(resource.Properties)) throw invalidResource(id, 'Properties of a resource must be an object.')
  return resource.Properties ?? {}
}
