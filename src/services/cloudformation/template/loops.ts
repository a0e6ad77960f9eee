import { evaluate } from './intrinsics.ts'
import type { Evaluation } from './intrinsics.ts'
import { ValidationError, isObject } from './template.ts'

const fail = (message: string): never => {
  throw new ValidationError(`Transform AWS::LanguageExtensions failed with: ${message}`)
}

/** Expands every `Fn::ForEach::Name` of a template (transform AWS::LanguageExtensions); the collections may use parameters and mappings. */
export function expandLoops(value: unknown, evaluation: Evaluation, variables: Record<string, string> = {}): unknown {
  if (typeof value === 'string') return substitute(value, variables)
  if (Array.isArray(value)) return value.map(item => expandLoops(item, evaluation, variables))
  if (!isObject(value)) return value
  if (typeof value.Ref === 'string' && Object.keys(value).length === 1 && Object.hasOwn(variables, value.Ref)) return variables[value.Ref]
  const result: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    if (name.startsWith('Fn::ForEach::')) Object.assign(result, expandLoop(name, member, evaluation, variables))
    else result[substitute(name, variables)] = expandLoops(member, evaluation, variables)
  }
  return result
}

function expandLoop(name: string, loop: unknown, evaluation: Evaluation, variables: Record<string, string>): Record<string, unknown> {
  if (!Array.isArray(loop) || loop.length !== 3 || typeof loop[0] !== 'string' || !isObject(loop[2])) {
    return fail(`Fn::ForEach could not be resolved: ${name} expects an identifier, a collection and an output map`)
  }
  const [identifier, collection, body] = loop as [string, unknown, Record<string, unknown>]
  if (Object.hasOwn(variables, identifier) || Object.hasOwn(evaluation.parameters, identifier)) fail(`Fn::ForEach identifier ${identifier} is in use already`)
  const items = evaluate(expandLoops(collection, evaluation, variables), evaluation)
  if (!Array.isArray(items)) return fail(`Fn::ForEach collection of ${name} does not resolve to a list`)
  const result: Record<string, unknown> = {}
  for (const item of items.flat()) {
    const inner = { ...variables, [identifier]: String(item), [`&${identifier}`]: String(item).replace(/[^A-Za-z0-9]/g, '') }
    for (const [key, member] of Object.entries(expandLoops(body, evaluation, inner) as Record<string, unknown>)) {
      if (Object.hasOwn(result, key)) fail(`Fn::ForEach output key ${key} is not unique`)
      result[key] = member
    }
  }
  return result
}

/** `${Name}` is the item, `&{Name}` the item with only its letters and digits. */
function substitute(text: string, variables: Record<string, string>): string {
  return text.replace(/([$&])\{([^}!]+)\}/g, (whole, sign: string, inner: string) => variables[sign === '&' ? `&${inner}` : inner] ?? whole)
}
