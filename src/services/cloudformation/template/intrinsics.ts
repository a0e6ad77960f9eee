import { cidrBlocks } from './cidr.ts'
import { ValidationError, functionCall, isObject } from './template.ts'

/** What the functions of a template are evaluated against. */
export interface Evaluation {
  /** Parameter values; lists as arrays. */
  parameters: Record<string, string | string[]>
  /** `AWS::Region` and the like. */
  pseudo: Record<string, string | string[] | undefined>
  mappings: Record<string, Record<string, Record<string, unknown>>>
  /** The Conditions block; each is evaluated when it is first asked for. */
  conditions: Record<string, unknown>
  known: Map<string, boolean>
  /** What a resource's Ref and Fn::GetAtt return; undefined where the resource is not there. Absent: resources cannot be referenced here. */
  resource?: (logicalId: string) => { ref: unknown, attribute: (name: string) => unknown } | undefined
  /** Value of an export of this account and region. */
  exported?: (name: string) => string | undefined
  zones: (region: string) => string[]
}

/** Stands for a value that is known only when a change has been made; what a change set shows in its place. */
export const knownAfterApply = '{{changeSet:KNOWN_AFTER_APPLY}}'

/** Marks a member or an item to be left out. */
export const noValue = Symbol('AWS::NoValue')

const fail = (message: string): never => { throw new ValidationError(`Template error: ${message}`) }

/** Evaluates every function in a value; members that are AWS::NoValue are gone from the result. Throws ValidationError. */
export function evaluate(value: unknown, evaluation: Evaluation): unknown {
  const result = evaluateAny(value, evaluation)
  return result === noValue ? undefined : result
}

function evaluateAny(value: unknown, evaluation: Evaluation): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluateAny(item, evaluation)).filter((item) => item !== noValue)
  if (!isObject(value)) return value
  const call = functionCall(value)
  if (call) return callFunction(call.name, call.argument, evaluation)
  const result: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    const evaluated = evaluateAny(member, evaluation)
    if (evaluated !== noValue) result[name] = evaluated
  }
  return result
}

/** The value of a named condition. */
export function condition(name: string, evaluation: Evaluation): boolean {
  const known = evaluation.known.get(name)
  if (known !== undefined) return known
  if (!(name in evaluation.conditions)) fail(`unresolved condition dependency ${name}`)
  const value = truth(evaluation.conditions[name], evaluation)
  evaluation.known.set(name, value)
  return value
}

/** The value of a condition's expression: `{"Condition": "Name"}`, a function, or a boolean. */
export function truth(expression: unknown, evaluation: Evaluation): boolean {
  if (isObject(expression) && typeof expression.Condition === 'string' && Object.keys(expression).length === 1) {
    return condition(expression.Condition, evaluation)
  }
  const value = evaluateAny(expression, evaluation)
  return value === true || value === 'true'
}

type Intrinsic = (argument: unknown, evaluation: Evaluation) => unknown

function callFunction(name: string, argument: unknown, evaluation: Evaluation): unknown {
  const intrinsic = intrinsics[name]
  if (!intrinsic) return fail(`${name} cannot be used here`)
  return intrinsic(argument, evaluation)
}

const intrinsics: Record<string, Intrinsic> = {
  Ref: (argument, evaluation) => reference(String(argument), evaluation),
  'Fn::GetAtt': getAtt,
  'Fn::Sub': substitute,
  'Fn::Join': join,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::FindInMap': findInMap,
  'Fn::Base64': (argument, evaluation) => {
    const text = evaluateAny(argument, evaluation)
    if (typeof text !== 'string') return fail('every Fn::Base64 object must have a String-typed value.')
    return text === knownAfterApply ? text : Buffer.from(text).toString('base64')
  },
  'Fn::Cidr': (argument, evaluation) => {
    const [block, count, bits] = list(argument, evaluation) ?? fail('every Fn::Cidr object requires two or three parameters.')
    return cidrBlocks(String(block), Number(count), bits === undefined ? undefined : Number(bits))
      ?? fail('Fn::Cidr: the address block, the count or the bits are not valid.')
  },
  'Fn::GetAZs': (argument, evaluation) => evaluation.zones(String(evaluateAny(argument, evaluation) || evaluation.pseudo['AWS::Region'])),
  'Fn::ImportValue': (argument, evaluation) => {
    const name = evaluateAny(argument, evaluation)
    if (typeof name !== 'string') return fail('Fn::ImportValue: the name of the export must be a string.')
    const value = evaluation.exported?.(name)
    if (value === undefined) throw new ValidationError(`No export named ${name} found`)
    return value
  },
  'Fn::Length': (argument, evaluation) => {
    const value = evaluateAny(argument, evaluation)
    return Array.isArray(value) ? value.length : fail('Fn::Length expects a list as its only argument.')
  },
  'Fn::ToJsonString': (argument, evaluation) => {
    if (argument === null || typeof argument !== 'object') fail('Fn::ToJsonString expects an object or a list as its only argument.')
    return JSON.stringify(evaluateAny(argument, evaluation))
  },
  'Fn::If': (argument, evaluation) => {
    if (!Array.isArray(argument) || argument.length !== 3) return fail('Fn::If requires a list argument with three elements')
    if (typeof argument[0] !== 'string') return fail('Fn::If first argument must be a condition name')
    return evaluateAny(condition(argument[0], evaluation) ? argument[1] : argument[2], evaluation)
  },
  'Fn::Equals': (argument, evaluation) => {
    const values = list(argument, evaluation)
    if (values?.length !== 2) return fail('every Fn::Equals object requires a list of 2 string parameters.')
    return same(values[0], values[1])
  },
  'Fn::And': (argument, evaluation) => conditionList('Fn::And', argument).every((item) => truth(item, evaluation)),
  'Fn::Or': (argument, evaluation) => conditionList('Fn::Or', argument).some((item) => truth(item, evaluation)),
  'Fn::Not': (argument, evaluation) => {
    if (!Array.isArray(argument) || argument.length !== 1) return fail('every Fn::Not object requires one boolean parameter.')
    return !truth(argument[0], evaluation)
  },
  // Functions of Rules.
  'Fn::Contains': (argument, evaluation) => {
    const [values, wanted] = list(argument, evaluation) ?? fail('Fn::Contains requires a list of strings and a string.')
    return asList(values).some((value) => same(value, wanted))
  },
  'Fn::EachMemberEquals': (argument, evaluation) => {
    const [values, wanted] = list(argument, evaluation) ?? fail('Fn::EachMemberEquals requires a list of strings and a string.')
    return asList(values).every((value) => same(value, wanted))
  },
  'Fn::EachMemberIn': (argument, evaluation) => {
    const [values, allowed] = list(argument, evaluation) ?? fail('Fn::EachMemberIn requires two lists of strings.')
    return asList(values).every((value) => asList(allowed).some((other) => same(value, other)))
  },
}

const asList = (value: unknown): unknown[] => Array.isArray(value) ? value : [value]
const same = (a: unknown, b: unknown) => typeof a === 'object' || typeof b === 'object' ? JSON.stringify(a) === JSON.stringify(b) : String(a) === String(b)

function list(argument: unknown, evaluation: Evaluation): any[] | undefined {
  const value = evaluateAny(argument, evaluation)
  return Array.isArray(value) ? value : undefined
}

function conditionList(name: string, argument: unknown): unknown[] {
  if (!Array.isArray(argument) || argument.length < 2 || argument.length > 10) {
    return fail(`every ${name} object requires a list of at least 2 and at most 10 boolean parameters.`)
  }
  return argument
}

function reference(name: string, evaluation: Evaluation): unknown {
  if (name === 'AWS::NoValue') return noValue
  if (name in evaluation.pseudo) return evaluation.pseudo[name] ?? noValue
  if (Object.hasOwn(evaluation.parameters, name)) return evaluation.parameters[name]
  const resource = evaluation.resource?.(name)
  if (!resource) throw new ValidationError(`Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`)
  return resource.ref
}

function getAtt(argument: unknown, evaluation: Evaluation): unknown {
  const parts = typeof argument === 'string' ? split2(argument) : Array.isArray(argument) ? argument.map((part) => evaluateAny(part, evaluation)) : []
  if (parts.length < 2 || parts.some((part) => typeof part !== 'string' || part === '')) {
    return fail('every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute')
  }
  const [logicalId, ...attribute] = parts as [string, ...string[]]
  const resource = evaluation.resource?.(logicalId)
  if (!resource) return fail(`instance of Fn::GetAtt references undefined resource ${logicalId}`)
  return resource.attribute(attribute.join('.'))
}

function split2(text: string): string[] {
  const dot = text.indexOf('.')
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)]
}

function substitute(argument: unknown, evaluation: Evaluation): unknown {
  const [text, names] = Array.isArray(argument) ? argument : [argument, {}]
  if (typeof text !== 'string' || !isObject(names ?? {}) || (Array.isArray(argument) && argument.length !== 2)) {
    return fail('One or more Fn::Sub intrinsic functions don\'t specify expected arguments. '
      + 'Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string')
  }
  return text.replace(/\$\{([^}]*)\}/g, (whole, inner: string) => {
    if (inner.startsWith('!')) return `\${${inner.slice(1)}}`
    const name = inner.trim()
    if (!/^[\w.:]+$/.test(name)) return fail('variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons')
    const value = Object.hasOwn(names, name) ? evaluateAny((names as any)[name], evaluation)
      : name.includes('.') ? getAtt(name, evaluation) : reference(name, evaluation)
    if (value === noValue) return ''
    if (typeof value === 'object' && !Array.isArray(value)) return fail(`Fn::Sub: the value of ${whole} is not a string`)
    return Array.isArray(value) ? value.join(',') : String(value)
  })
}

function join(argument: unknown, evaluation: Evaluation): unknown {
  const values = list(argument, evaluation)
  const items = values?.[1] === knownAfterApply ? [knownAfterApply] : values?.[1]
  if (values?.length !== 2 || typeof values[0] !== 'string' || !Array.isArray(items) || items.some((item) => typeof item === 'object')) {
    return fail('every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined '
      + 'or a function that returns a list of strings (such as Fn::GetAZs) to be joined.')
  }
  return items.map(String).join(values[0])
}

function select(argument: unknown, evaluation: Evaluation): unknown {
  const values = list(argument, evaluation)
  if (values?.length !== 2) return fail('Fn::Select requires a list argument with two elements: an integer index and a list')
  const [index, items] = values
  if (items === knownAfterApply) return knownAfterApply
  if (!/^\d+$/.test(String(index)) || !Array.isArray(items)) return fail('Fn::Select requires a list argument with two elements: an integer index and a list')
  const item = items[Number(index)]
  return item === undefined || item === null ? fail(`Fn::Select  cannot select nonexistent value at index ${index}`) : item
}

function split(argument: unknown, evaluation: Evaluation): unknown {
  const values = list(argument, evaluation)
  if (values?.length !== 2 || typeof values[0] !== 'string' || typeof values[1] !== 'string' || values[0] === '') {
    return fail(
      'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.'
    )
  }
  return values[1] === knownAfterApply ? knownAfterApply : values[1].split(values[0])
}

function findInMap(argument: unknown, evaluation: Evaluation): unknown {
  if (!Array.isArray(argument) || argument.length < 3 || argument.length > 4) {
    return fail('every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value')
  }
  const [map, top, second] = argument.slice(0, 3).map((part) => String(evaluateAny(part, evaluation))) as [string, string, string]
  const found = evaluation.mappings[map]?.[top]?.[second]
  if (found !== undefined) return evaluateAny(found, evaluation)
  const fallback = argument[3]
  if (isObject(fallback) && 'DefaultValue' in fallback) return evaluateAny(fallback.DefaultValue, evaluation)
  if (!evaluation.mappings[map]) return fail(`Mapping named '${map}' is not present in the 'Mappings' section of template.`)
  return fail(`Unable to get mapping for ${map}::${top}::${second}`)
}
