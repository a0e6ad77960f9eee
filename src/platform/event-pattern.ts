import { BlockList, isIP } from 'node:net'

/** Why a pattern is none, in words that follow "Reason: ". */
export class EventPatternError extends Error {}

export type EventMatcher = (event: unknown) => boolean
type Test = (value: unknown) => boolean

const nestedMax = 200

/**
 * Compiles an event pattern: fields that must be there, each with a list of values and operators of which one must match. The language of
 * EventBridge rules and pipes and of Lambda's filter criteria, as its documentation has it. Throws EventPatternError.
 */
export function compileEventPattern(text: string): EventMatcher {
  let pattern: unknown
  try {
    pattern = JSON.parse(text)
  } catch (error) {
    throw new EventPatternError(`Filter is not valid JSON: ${(error as Error).message}`)
  }
  if (!isObject(pattern)) throw new EventPatternError('Filter is not an object')
  return compileFields(pattern, 0)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function compileFields(pattern: Record<string, unknown>, depth: number): EventMatcher {
  if (depth > nestedMax) throw new EventPatternError('Filter is nested too deeply')
  const names = Object.keys(pattern)
  if (names.length === 0) throw new EventPatternError('Empty objects are not allowed')
  const tests = names.map(name => {
    const wanted = pattern[name]
    return name === '$or' && Array.isArray(wanted) ? compileAlternatives(wanted, depth) : compileField(name, wanted, depth)
  })
  const all = (event: unknown) => tests.every(test => test(event))
  // Fields of one object in a list must match together.
  return event => Array.isArray(event) ? event.some(all) : all(event)
}

function compileAlternatives(alternatives: unknown[], depth: number): EventMatcher {
  if (alternatives.length < 2) throw new EventPatternError('There must have at least 2 Objects in $or relationship')
  const tests = alternatives.map(alternative => {
    if (!isObject(alternative)) throw new EventPatternError('Only objects are allowed in array of $or relationship')
    return compileFields(alternative, depth + 1)
  })
  return event => tests.some(test => test(event))
}

function compileField(name: string, wanted: unknown, depth: number): EventMatcher {
  const valueOf = (event: unknown) => isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined
  if (isObject(wanted)) {
    const inner = compileFields(wanted, depth + 1)
    return event => inner(valueOf(event))
  }
  if (!Array.isArray(wanted)) throw new EventPatternError(`"${name}" must be an object or an array`)
  if (wanted.length === 0) throw new EventPatternError('Empty arrays are not allowed')
  const tests = wanted.map(each => compileValue(each))
  return event => {
    const value = valueOf(event)
    return tests.some(test => test(value))
  }
}

/** A test of a field: of one of its values where it holds a list. */
function compileValue(wanted: unknown): Test {
  if (isObject(wanted)) return compileOperator(wanted)
  if (Array.isArray(wanted)) throw new EventPatternError('Arrays in arrays are not allowed')
  return some(value => value === wanted)
}

/** True where the value, or one in the list, passes; objects and what is not there never do. */
const some = (test: Test): Test => value => Array.isArray(value) ? value.some(each => some(test)(each)) : value !== undefined && !isObject(value) && test(value)

function compileOperator(wanted: Record<string, unknown>): Test {
  const names = Object.keys(wanted)
  if (names.length !== 1) throw new EventPatternError('Only one key allowed in match expression')
  const name = names[0]!
  const operator = operators[name]
  if (!operator) throw new EventPatternError(`Unrecognized match type ${name}`)
  return operator(wanted[name])
}

const operators: Record<string, (given: any) => Test> = {
  prefix: given => some(textTest('prefix', given)),
  suffix: given => some(textTest('suffix', given)),
  wildcard: given => some(textTest('wildcard', given)),
  'equals-ignore-case': given => some(textTest('equals-ignore-case', given)),
  'anything-but': given => some(not(compileAnythingBut(given))),
  numeric: given => some(compileNumeric(given)),
  cidr: given => some(compileCidr(given)),
  exists(given) {
    if (typeof given !== 'boolean') throw new EventPatternError('exists match pattern must be either true or false')
    const isThere = some(() => true)
    return value => isThere(value) === given
  },
}

const not = (test: Test): Test => value => !test(value)

function textTest(name: 'prefix' | 'suffix' | 'wildcard' | 'equals-ignore-case', given: unknown): Test {
  if ((name === 'prefix' || name === 'suffix') && isObject(given) && Object.keys(given).join() === 'equals-ignore-case') {
    const part = textOf(name, given['equals-ignore-case']).toLowerCase()
    return value => typeof value === 'string' && (name === 'prefix' ? value.toLowerCase().startsWith(part) : value.toLowerCase().endsWith(part))
  }
  const text = textOf(name, given)
  switch (name) {
    case 'prefix': return value => typeof value === 'string' && value.startsWith(text)
    case 'suffix': return value => typeof value === 'string' && value.endsWith(text)
    case 'equals-ignore-case': return value => typeof value === 'string' && value.toLowerCase() === text.toLowerCase()
    case 'wildcard': return compileWildcard(text)
  }
}

function textOf(name: string, given: unknown): string {
  if (typeof given !== 'string') throw new EventPatternError(`${name} match pattern must be a string`)
  return given
}

/** `*` stands for any characters, `\*` and `\\` for themselves. */
function compileWildcard(text: string): Test {
  const parts: string[] = []
  let part = ''
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '*') {
      if (text[at + 1] === '*') throw new EventPatternError('Consecutive wildcard characters at pos ' + at)
      parts.push(part)
      part = ''
    } else if (text[at] === '\\') {
      if (text[at + 1] !== '*' && text[at + 1] !== '\\') throw new EventPatternError('Invalid escape character at pos ' + at)
      part += text[++at]
    } else {
      part += text[at]
    }
  }
  parts.push(part)
  return value => typeof value === 'string' && matchesParts(value, parts)
}

/** The parts in their order, the first at the beginning and the last at the end: linear, however many there are. */
function matchesParts(value: string, parts: string[]): boolean {
  const [first = '', ...rest] = parts
  const last = rest.pop()
  if (last === undefined) return value === first
  if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length) return false
  let at = first.length
  const end = value.length - last.length
  for (const part of rest) {
    const found = value.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}

/** What `anything-but` excludes. */
function compileAnythingBut(given: unknown): Test {
  if (isObject(given)) {
    const names = Object.keys(given)
    const [name] = names
    if (names.length !== 1 || (name !== 'prefix' && name !== 'suffix' && name !== 'wildcard' && name !== 'equals-ignore-case')) {
      throw new EventPatternError(`Unsupported anything-but pattern: ${names.join(', ')}`)
    }
    const tests = [given[name]].flat().map(each => textTest(name, each))
    if (tests.length === 0) throw new EventPatternError('Empty arrays are not allowed')
    return value => tests.some(test => test(value))
  }
  const values = [given].flat()
  if (values.length === 0) throw new EventPatternError('Empty arrays are not allowed')
  if (!values.every(value => typeof value === 'string') && !values.every(value => typeof value === 'number')) {
    throw new EventPatternError('Inside anything-but list, either all values are number or string, mixed type is not supported')
  }
  return value => values.includes(value as string & number)
}

const comparisons: Record<string, (value: number, bound: number) => boolean> = {
  '=': (value, bound) => value === bound, '<': (value, bound) => value < bound, '<=': (value, bound) => value <= bound, '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
}

function compileNumeric(given: unknown): Test {
  if (!Array.isArray(given)) throw new EventPatternError('Value of numeric must be an array.')
  if (given.length !== 2 && given.length !== 4) throw new EventPatternError('Invalid numeric match: one or two pairs of an operator and a number are expected')
  const tests = Array.from({ length: given.length / 2 }, (_, index) => {
    const [operator, bound] = given.slice(index * 2, index * 2 + 2)
    const compare = typeof operator === 'string' ? comparisons[operator] : undefined
    if (!compare) throw new EventPatternError(`Unrecognized numeric range operator: ${operator}`)
    if (typeof bound !== 'number') throw new EventPatternError(`Value of ${operator} must be numeric`)
    return (value: number) => compare(value, bound)
  })
  if (tests.length === 2 && !(String(given[0]).startsWith('>') && String(given[2]).startsWith('<'))) {
    throw new EventPatternError('Bad numeric range: a lower bound is expected before an upper one')
  }
  return value => typeof value === 'number' && tests.every(test => test(value))
}

function compileCidr(given: unknown): Test {
  const [address = '', bits] = textOf('cidr', given).split('/')
  const family = isIP(address)
  const prefix = bits === undefined ? family === 4 ? 32 : 128 : Number(bits)
  if (family === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > (family === 4 ? 32 : 128)) {
    throw new EventPatternError(`Malformed CIDR: ${String(given)}`)
  }
  const block = new BlockList()
  block.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6')
  return value => typeof value === 'string' && isIP(value) === family && block.check(value, family === 4 ? 'ipv4' : 'ipv6')
}
