import { invalidDocument, invalidResource, invalidTemplate } from './errors.ts'
import { isDict, keysOf, pyRepr, pyStr } from './python.ts'
import type { Dict, Value } from './python.ts'

export const ref = (id: string): Dict => ({ Ref: id })
export const getAtt = (id: string, attribute: string): Dict => ({ 'Fn::GetAtt': [id, attribute] })
export const sub = (text: string, variables?: Dict): Dict => ({ 'Fn::Sub': variables ? [text, variables] : text })
export const noValue = (): Dict => ref('AWS::NoValue')
export const conditional = (condition: Value, then: Value, otherwise: Value = noValue()): Dict => ({ 'Fn::If': [condition, then, otherwise ?? noValue()] })
export const not = (condition: Value): Dict => ({ 'Fn::Not': [{ Condition: condition }] })
export const anyOf = (conditions: Value[]): Dict => ({ 'Fn::Or': conditions.map(condition => ({ Condition: condition })) })

const onlyKey = (value: unknown): string | undefined => {
  if (!isDict(value)) return undefined
  const keys = Object.keys(value)
  return keys.length === 1 ? keys[0] : undefined
}

export function isIntrinsic(value: unknown): value is Record<string, any> {
  const key = onlyKey(value)
  return key !== undefined && (key === 'Ref' || key === 'Condition' || key.startsWith('Fn::'))
}

export const isIf = (value: unknown): value is Dict => onlyKey(value) === 'Fn::If'
export const isNoValue = (value: unknown): boolean => onlyKey(value) === 'Ref' && (value as Dict).Ref === 'AWS::NoValue'

export const isDynamicReference = (value: unknown): boolean => typeof value === 'string' && /^\{\{resolve:[a-z-]+:.+\}\}$/.test(value)

/** The message of a malformed Fn::If, or undefined where it is well formed. */
export const ifProblem = (items: unknown): string | undefined => Array.isArray(items) && items.length === 3 ? undefined : 'Fn::If requires 3 arguments'

/** `${Thing.Arn}` for a GetAtt, `${Thing}` for a Ref. */
export function shorthand(reference: Dict): string {
  return 'Ref' in reference ? `\${${reference.Ref}}` : `\${${reference['Fn::GetAtt'].join('.')}}`
}

export function logicalIdOf(value: unknown): string | undefined {
  if (!isIntrinsic(value)) return undefined
  if (typeof value.Ref === 'string') return value.Ref
  const attribute = value['Fn::GetAtt']
  if (Array.isArray(attribute)) return attribute.length === 2 && typeof attribute[0] === 'string' ? attribute[0] : undefined
  if (typeof attribute !== 'string') return undefined
  const parts = attribute.split('.')
  return parts.length === 2 ? parts[0] : undefined
}

/** Conditions that together are true when any of the given is; Fn::Or takes ten at most, so that they may be nested. */
export function combinedCondition(conditions: string[], name: string): Dict | undefined {
  if (conditions.length < 2) return undefined
  const most = 10
  const result: Dict = {}
  let remaining = Math.floor((conditions.length - 2) / (most - 1))
  let rest = conditions
  while (rest.length > 1) {
    const id = remaining > 0 ? `${name}${remaining--}` : name
    result[id] = anyOf(rest.slice(0, most))
    rest = [...rest.slice(most), id]
  }
  return result
}

type Resolver = (value: Dict, key: string) => Value

/** Walks the value, replacing in place each dictionary of one key that the resolver handles. */
function walk(value: Value, handled: readonly string[], resolve: Resolver): Value {
  const key = onlyKey(value)
  const resolved = key !== undefined && handled.includes(key) ? resolve(value, key) : value
  if (Array.isArray(resolved)) for (let index = 0; index < resolved.length; index++) resolved[index] = walk(resolved[index], handled, resolve)
  else if (isDict(resolved)) for (const name of keysOf(resolved)) resolved[name] = walk(resolved[name], handled, resolve)
  return resolved
}

function substitute(value: Value, replace: (whole: string, name: string) => Value): Value {
  const text = (source: string) => source.replace(/\$\{([A-Za-z0-9.]+|AWS::[A-Z][A-Za-z]*)\}/g, (whole, name: string) => {
    const replaced = replace(whole, name)
    if (typeof replaced === 'string') return replaced
    throw invalidDocument(invalidTemplate(`Invalid Fn::Sub variable value ${pyStr(replaced)}. Fn::Sub expects all variables to be strings.`))
  })
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value) && typeof value[0] === 'string') value[0] = text(value[0])
  return value
}

function parameter(parameters: Dict, name: string, otherwise: Value): Value {
  const value = Object.hasOwn(parameters, name) ? parameters[name] : otherwise
  return typeof value === 'string' && value.startsWith('{{IntrinsicFunction:') ? otherwise : value
}

/** Replaces references to parameters whose values are known, in place; returns the value. */
export function resolveParameters<T = Value>(value: T, parameters: Dict): T {
  return walk(value, ['Ref', 'Fn::Sub'], (dict, key) => {
    if (key === 'Ref') return typeof dict.Ref === 'string' ? parameter(parameters, dict.Ref, dict) : dict
    dict[key] = substitute(dict[key], (whole, name) => parameter(parameters, name, whole))
    return dict
  })
}

/** Replaces only `{Ref: name}`. */
export const resolveRefs = (value: Value, values: Dict): Value =>
  walk(value, ['Ref'], dict => typeof dict.Ref === 'string' && Object.hasOwn(values, dict.Ref) ? values[dict.Ref] : dict)

export function resolveMappings<T = Value>(value: T, mappings: Dict): T {
  if (Object.keys(mappings).length === 0) return value
  return walk(value, ['Fn::FindInMap'], dict => findInMap(dict, mappings))
}

function findInMap(dict: Dict, mappings: Dict): Value {
  const items = dict['Fn::FindInMap']
  if (!Array.isArray(items) || items.length !== 3) {
    throw invalidDocument(invalidTemplate(`Invalid FindInMap value ${pyStr(items)}. FindInMap expects an array with 3 values.`))
  }
  const [map, top, second] = items.map(item => onlyKey(item) === 'Fn::FindInMap' ? findInMap(item, mappings) : item)
  if (![map, top, second].every(item => typeof item === 'string') || !Object.hasOwn(mappings, map)) return dict
  const flat = () => invalidDocument(invalidTemplate(`Cannot use Fn::FindInMap on Mapping '${map}' which is not a a two-level map.`))
  if (!isDict(mappings[map])) throw flat()
  if (!Object.hasOwn(mappings[map], top)) return dict
  if (!isDict(mappings[map][top])) throw flat()
  return Object.hasOwn(mappings[map][top], second) ? mappings[map][top][second] : dict
}

/** Replaces references to logical ids that the transform changed. */
export function resolveChangedIds(template: Value, changed: Map<string, string>): Value {
  if (changed.size === 0) return template
  return walk(template, ['Ref', 'Fn::Sub', 'Fn::GetAtt'], (dict, key) => {
    const value = dict[key]
    if (key === 'Ref') return typeof value === 'string' && changed.has(value) ? ref(changed.get(value)!) : dict
    if (key === 'Fn::Sub') {
      dict[key] = substitute(value, (whole, name) => {
        const first = name.split('.')[0]!
        return changed.has(first) ? whole.replace(first, changed.get(first)!) : whole
      })
    } else if (isAttribute(value)) {
      const [id, ...rest] = value.join('.').split('.')
      if (changed.has(id!)) dict[key] = [changed.get(id!), ...rest]
    }
    return dict
  })
}

const isAttribute = (value: unknown): value is string[] => Array.isArray(value) && value.length >= 2 && value.every(item => typeof item === 'string')

/** Replaces references such as `Function.Alias` and `Api.Stage` by the generated resource's id. */
export function resolveResourceReferences(template: Value, references: Map<string, string>): Value {
  if (references.size === 0) return template
  return walk(template, ['Ref', 'Fn::Sub', 'Fn::GetAtt'], (dict, key) => {
    const value = dict[key]
    if (key === 'Ref') return typeof value === 'string' && references.has(value) ? ref(references.get(value)!) : dict
    if (key === 'Fn::Sub') {
      dict[key] = substitute(value, (whole, name) => {
        const reference = name.split('.').slice(0, 2).join('.')
        return references.has(reference) ? whole.replace(reference, references.get(reference)!) : whole
      })
    } else if (isAttribute(value)) {
      const [id, property, ...rest] = value.join('.').split('.')
      const resolved = references.get(`${id}.${property}`)
      if (resolved !== undefined) dict[key] = [resolved, ...rest]
    }
    return dict
  })
}

/** A text property that may be a parameter reference, resolved. */
export function resolveText(id: string, value: Value, parameters: Dict, property: string): Value {
  if (value === undefined || value === null) return value
  const resolved = resolveParameters(value, parameters)
  if (typeof resolved === 'string' || isIntrinsic(resolved)) return resolved
  throw invalidResource(id, `Could not resolve parameter for '${property}' or parameter is not a String.`)
}

export { pyRepr }
