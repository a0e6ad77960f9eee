import { BlockList, isIP } from 'node:net'
import type { Context } from './context.ts'
import { compilePattern, type Pattern } from './pattern.ts'

/** A compiled Condition block: every operator and every key must hold. */
export type Condition = (context: Context) => boolean

/** Whether one value of the request equals (likes, exceeds, ...) one value of the policy. */
type Test = (value: string, context: Context) => boolean
interface Operator { negated: boolean, compile: (value: string, variables: boolean) => Test }

const operators = new Map<string, Operator>()
for (const [name, compile] of Object.entries<Operator['compile']>({
  StringEquals: (value, variables) => testOf(compilePattern(value, { variables, wildcards: false })),
  StringEqualsIgnoreCase: ignoringCase,
  StringLike: (value, variables) => testOf(compilePattern(value, { variables })),
  NumericEquals: numeric((a, b) => a === b),
  NumericLessThan: numeric((a, b) => a < b),
  NumericLessThanEquals: numeric((a, b) => a <= b),
  NumericGreaterThan: numeric((a, b) => a > b),
  NumericGreaterThanEquals: numeric((a, b) => a >= b),
  DateEquals: date((a, b) => a === b),
  DateLessThan: date((a, b) => a < b),
  DateLessThanEquals: date((a, b) => a <= b),
  DateGreaterThan: date((a, b) => a > b),
  DateGreaterThanEquals: date((a, b) => a >= b),
  Bool: value => given => given.toLowerCase() === value.toLowerCase(),
  BinaryEquals: value => given => Buffer.from(given, 'base64').equals(Buffer.from(value, 'base64')),
  IpAddress: ipAddress,
  ArnEquals: arn,
  ArnLike: arn,
})) operators.set(name.toLowerCase(), { negated: false, compile })
for (const [name, positive] of [
  ['StringNotEquals', 'StringEquals'], ['StringNotEqualsIgnoreCase', 'StringEqualsIgnoreCase'], ['StringNotLike', 'StringLike'],
  ['NumericNotEquals', 'NumericEquals'], ['DateNotEquals', 'DateEquals'], ['NotIpAddress', 'IpAddress'],
  ['ArnNotEquals', 'ArnEquals'], ['ArnNotLike', 'ArnLike'],
] as const) operators.set(name.toLowerCase(), { negated: true, compile: operators.get(positive.toLowerCase())!.compile })

const operatorShape = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/i

/** Whether AWS knows a condition operator of this name. Case does not matter. */
export function isConditionOperator(name: string): boolean {
  const [, , base = '', ifExists] = operatorShape.exec(name) ?? []
  return operators.has(base.toLowerCase()) || (base.toLowerCase() === 'null' && !ifExists)
}

/** Compiles a Condition block. `keys` collects the names of the keys it asks for. */
export function compileCondition(block: Record<string, Record<string, unknown>>, variables: boolean): Condition {
  const tests: Condition[] = []
  for (const [name, keys] of Object.entries(block)) {
    for (const [key, values] of Object.entries(keys)) tests.push(compileTest(name, key.toLowerCase(), listOf(values), variables))
  }
  return context => tests.every(test => test(context))
}

function compileTest(name: string, key: string, values: string[], variables: boolean): Condition {
  const [, quantifier, base = '', ifExists] = operatorShape.exec(name) ?? []
  if (base.toLowerCase() === 'null') return nullTest(key, values)
  const operator = operators.get(base.toLowerCase())
  if (!operator) return () => false
  const tests = values.map(value => operator.compile(value, variables))
  const holds = (value: string, context: Context) => tests.some(test => test(value, context)) !== operator.negated
  const all = quantifier?.toLowerCase() === 'forallvalues'
  const anyOf = quantifier?.toLowerCase() === 'foranyvalue'
  return context => {
    const found = context.get(key)
    const given = found === undefined ? [] : typeof found === 'string' ? [found] : found
    // A key that is absent fails a positive test and passes a negated one; ForAllValues passes, and so does ...IfExists.
    if (given.length === 0) return all || ifExists !== undefined || (operator.negated && !anyOf)
    if (all || (operator.negated && !anyOf)) return given.every(value => holds(value, context))
    return given.some(value => holds(value, context))
  }
}

function nullTest(key: string, values: string[]): Condition {
  const absent = values.map(value => value.toLowerCase() === 'true')
  return context => {
    const found = context.get(key)
    return absent.includes(found === undefined || found.length === 0)
  }
}

export function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)]
}

function testOf(pattern: Pattern): Test {
  return (value, context) => pattern.matches(value, context)
}

function ignoringCase(value: string, variables: boolean): Test {
  // Variables are names and lower case in any event; what they hold is compared in lower case as well.
  const pattern = compilePattern(value.toLowerCase(), { variables, wildcards: false })
  return (given, context) => pattern.matches(given.toLowerCase(), { get: key => lower(context.get(key)) })
}

function lower(value: string | readonly string[] | undefined) {
  return typeof value === 'string' ? value.toLowerCase() : value?.map(one => one.toLowerCase())
}

function numeric(compare: (given: number, wanted: number) => boolean): Operator['compile'] {
  return value => {
    const wanted = numberOf(value)
    return given => compare(numberOf(given), wanted)
  }
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

function date(compare: (given: number, wanted: number) => boolean): Operator['compile'] {
  return value => {
    const wanted = millisecondsOf(value)
    return given => compare(millisecondsOf(given), wanted)
  }
}

/** ISO 8601, or seconds since 1970. */
function millisecondsOf(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) && text.length > 4 ? Number(text) * 1000 : Date.parse(text)
}

function ipAddress(value: string): Test {
  const [address = '', prefix] = value.split('/')
  const family = isIP(address)
  const bits = family === 4 ? 32 : 128
  const length = prefix === undefined ? bits : Number(prefix)
  if (!family || !Number.isInteger(length) || length < 0 || length > bits) return () => false
  const block = new BlockList()
  block.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6')
  return given => {
    const kind = isIP(given)
    return kind !== 0 && block.check(given, kind === 4 ? 'ipv4' : 'ipv6')
  }
}

/** ARNs match component by component: a wildcard does not reach over one of the first five colons. */
function arn(value: string, variables: boolean): Test {
  const parts = arnParts(value).map(part => compilePattern(part, { variables }))
  return (given, context) => {
    const components = arnParts(given)
    return parts.length === 6 && components.length === 6 && parts.every((part, i) => part.matches(components[i]!, context))
  }
}

/** The six components; colons inside `${...}` do not separate. */
function arnParts(text: string): string[] {
  const parts: string[] = []
  let start = 0
  let depth = 0
  for (let i = 0; i < text.length && parts.length < 5; i++) {
    if (text[i] === '$' && text[i + 1] === '{') depth++
    else if (text[i] === '}' && depth > 0) depth--
    else if (text[i] === ':' && depth === 0) {
      parts.push(text.slice(start, i))
      start = i + 1
    }
  }
  return [...parts, text.slice(start)]
}
