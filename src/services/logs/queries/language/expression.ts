import { aggregates, type AggregateCall } from './aggregates.ts'
import { functions, periodOf } from './functions.ts'
import type { Reader } from './reader.ts'
import type { Evaluate } from './record.ts'
import { compareValues, expressionOf, isTrue, numberOf, textOf } from './values.ts'

/** What an expression may use: the time of the query, and aggregates where `stats` reads it. */
export interface Context {
  now: number
  aggregates?: AggregateCall[]
}

const reserved = new Set(['and', 'or', 'not', 'like', 'in', 'as', 'by', 'asc', 'desc'])
const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![A-Za-z_])/y
const period = /(\d+)\s*([A-Za-z]+)/y
const text = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/y
const expression = /\/((?:[^/\\\n]|\\.)+)\//y
const plainName = /[@A-Za-z_][\w@]*(?:\.(?:[\w@]+|`[^`]+`))*/y
const quotedName = /`([^`]+)`((?:\.(?:[\w@]+|`[^`]+`))*)/y

/** Reads a string with its escapes; undefined where none is next. */
export function readText(reader: Reader): string | undefined {
  const found = reader.match(text)
  return found && (found[1] ?? found[2])!.replace(/\\(["'\\])/g, '$1')
}

/** Reads `/regular expression/`; undefined where none is next. */
export function readExpression(reader: Reader): RegExp | undefined {
  const start = reader.at
  const found = reader.match(expression)
  if (!found) return undefined
  const compiled = expressionOf(found[1]!.replaceAll('\\/', '/'))
  if (!compiled) throw reader.fault(`Invalid regular expression: ${found[1]}`, start)
  return compiled
}

/** Reads the name of a field, in backticks where it has other characters. */
export function readField(reader: Reader): string {
  const quoted = reader.match(quotedName)
  if (quoted) return quoted[1]! + quoted[2]!.replaceAll('`', '')
  const plain = reader.match(plainName)
  if (!plain || reserved.has(plain[0].toLowerCase())) throw reader.fault(undefined, plain ? plain.index : reader.at)
  return plain[0].replaceAll('`', '')
}

export function readCondition(reader: Reader, context: Context): Evaluate {
  let left = readAnd(reader, context)
  while (reader.keyword('or')) {
    const [first, second] = [left, readAnd(reader, context)]
    left = record => isTrue(first(record)) || isTrue(second(record))
  }
  return left
}

function readAnd(reader: Reader, context: Context): Evaluate {
  let left = readNot(reader, context)
  while (reader.keyword('and')) {
    const [first, second] = [left, readNot(reader, context)]
    left = record => isTrue(first(record)) && isTrue(second(record))
  }
  return left
}

function readNot(reader: Reader, context: Context): Evaluate {
  if (!reader.keyword('not')) return readComparison(reader, context)
  const inner = readNot(reader, context)
  return record => !isTrue(inner(record))
}

function readComparison(reader: Reader, context: Context): Evaluate {
  const left = readSum(reader, context)
  if (reader.symbol('=~')) return readLike(reader, left)
  const operator = ['!=', '<=', '>=', '=', '<', '>'].find(symbol => reader.symbol(symbol))
  if (operator) return comparison(operator, left, readSum(reader, context))
  const negated = reader.keyword('not')
  const found = reader.keyword('like') ? readLike(reader, left) : reader.keyword('in') ? readIn(reader, context, left) : undefined
  if (negated && !found) throw reader.fault()
  if (!found) return left
  return negated ? record => !found(record) : found
}

function comparison(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  const compare = (test: (order: number) => boolean, whenMissing: boolean): Evaluate => record => {
    const [a, b] = [left(record), right(record)]
    if (a === undefined || a === null || b === undefined || b === null) return whenMissing
    return test(compareValues(typeof a === 'boolean' ? Number(a) : a, typeof b === 'boolean' ? Number(b) : b))
  }
  switch (operator) {
    case '=': return compare(order => order === 0, false)
    case '!=': return compare(order => order !== 0, true)
    case '<': return compare(order => order < 0, false)
    case '<=': return compare(order => order <= 0, false)
    case '>': return compare(order => order > 0, false)
    default: return compare(order => order >= 0, false)
  }
}

function readLike(reader: Reader, left: Evaluate): Evaluate {
  const compiled = readExpression(reader)
  if (compiled) return record => compiled.test(textOf(left(record)) ?? '')
  const part = readText(reader)
  if (part === undefined) throw reader.fault()
  return record => textOf(left(record))?.includes(part) ?? false
}

function readIn(reader: Reader, context: Context, left: Evaluate): Evaluate {
  reader.expect('[')
  const items = reader.list(() => readSum(reader, context))
  reader.expect(']')
  return record => {
    const value = left(record)
    return value !== undefined && value !== null && items.some(item => compareValues(value, item(record)) === 0)
  }
}

function arithmetic(left: Evaluate, right: Evaluate, work: (a: number, b: number) => number): Evaluate {
  return record => {
    const [a, b] = [numberOf(left(record)), numberOf(right(record))]
    if (a === undefined || b === undefined) return undefined
    const result = work(a, b)
    return Number.isFinite(result) ? result : undefined
  }
}

function readSum(reader: Reader, context: Context): Evaluate {
  let left = readProduct(reader, context)
  for (;;) {
    if (reader.symbol('+')) left = arithmetic(left, readProduct(reader, context), (a, b) => a + b)
    else if (reader.symbol('-')) left = arithmetic(left, readProduct(reader, context), (a, b) => a - b)
    else return left
  }
}

function readProduct(reader: Reader, context: Context): Evaluate {
  let left = readPower(reader, context)
  for (;;) {
    if (reader.symbol('*')) left = arithmetic(left, readPower(reader, context), (a, b) => a * b)
    else if (reader.symbol('/')) left = arithmetic(left, readPower(reader, context), (a, b) => a / b)
    else if (reader.symbol('%')) left = arithmetic(left, readPower(reader, context), (a, b) => a % b)
    else return left
  }
}

function readPower(reader: Reader, context: Context): Evaluate {
  const base = readUnary(reader, context)
  return reader.symbol('^') ? arithmetic(base, readPower(reader, context), (a, b) => a ** b) : base
}

function readUnary(reader: Reader, context: Context): Evaluate {
  return reader.symbol('-') ? arithmetic(() => 0, readUnary(reader, context), (a, b) => a - b) : readPrimary(reader, context)
}

function readPrimary(reader: Reader, context: Context): Evaluate {
  if (reader.symbol('(')) {
    const inner = readCondition(reader, context)
    reader.expect(')')
    return inner
  }
  const literal = reader.match(number)
  if (literal) return () => Number(literal[0])
  const string = readText(reader)
  if (string !== undefined) return () => string
  const start = reader.at
  const name = readField(reader)
  if (!reader.symbol('(')) {
    if (name === 'true' || name === 'false') return () => name === 'true'
    return name === 'null' ? () => null : record => record.get(name)
  }
  return readCall(reader, context, name.toLowerCase(), start)
}

function readCall(reader: Reader, context: Context, name: string, start: number): Evaluate {
  if (name === 'bin' || name === 'datefloor' || name === 'dateceil') return readBin(reader, context, name)
  const aggregate = Object.hasOwn(aggregates, name) ? aggregates[name]! : undefined
  if (aggregate && context.aggregates) {
    const args = reader.symbol('*') || reader.text[reader.at] === ')' ? [] : reader.list(() => readSum(reader, { now: context.now }))
    reader.expect(')')
    if (args.length < aggregate.least || args.length > aggregate.most) throw reader.fault(`Invalid arguments for ${name}`, start)
    const slot = `\0${context.aggregates.push({ begin: aggregate.begin, args }) - 1}`
    return record => record.made.get(slot)
  }
  if (name === 'now') {
    reader.expect(')')
    return () => Math.floor(context.now / 1000)
  }
  const scalar = Object.hasOwn(functions, name) ? functions[name]! : undefined
  if (!scalar) throw reader.fault(`Invalid function: ${name}`, start)
  const args = reader.text[reader.at] === ')' ? [] : reader.list(() => readCondition(reader, context))
  reader.expect(')')
  if (args.length < scalar.least || args.length > scalar.most) throw reader.fault(`Invalid arguments for ${name}`, start)
  return record => scalar.call(...args.map(arg => arg(record)))
}

/** `bin(5m)`, `datefloor(@timestamp, 1h)`, `dateceil(@timestamp, 1h)`. */
function readBin(reader: Reader, context: Context, name: string): Evaluate {
  const of: Evaluate = name === 'bin' ? record => record.get('@timestamp') : readSum(reader, context)
  if (name !== 'bin') reader.expect(',')
  const start = reader.at
  const found = reader.match(period)
  const size = found && periodOf(Number(found[1]), found[2]!.toLowerCase())
  if (!size) throw reader.fault(undefined, start)
  reader.expect(')')
  return record => {
    const at = numberOf(of(record))
    return at === undefined ? undefined : new Date(name === 'dateceil' ? size.ceil(at) : size.floor(at))
  }
}
