import { invalidPattern as badJson, numberTest, regularExpression, wildcard } from './values.ts'

type Test = (record: unknown) => boolean

/** A path, an operator, a quoted value, a regular expression, a keyword or a bare value. */
const token = new RegExp(String.raw`\s*(?:(\$(?:\.[\w-]+|\.\*|\[\d+\]|\[\*\]|\["[^"]*"\]|\['[^']*'\])*)|(&&|\|\||!=|>=|<=|[=<>()])|"((?:[^"\\]|\\.)*)"` +
  String.raw`|%([^%]+)%|(IS\s+NULL|IS\s+TRUE|IS\s+FALSE|NOT\s+EXISTS|EXISTS)|([^\s()=<>!&|{}]+))`, 'y')

/** Compiles `{ ($.a = "x" && $.b > 3) || $.c NOT EXISTS }`. */
export function compileJsonPattern(pattern: string): (message: string) => boolean {
  if (!pattern.endsWith('}')) throw badJson(pattern)
  const tokens: RegExpExecArray[] = []
  const body = pattern.slice(1, -1).trimEnd()
  token.lastIndex = 0
  while (token.lastIndex < body.length) {
    const match = token.exec(body)
    if (!match) throw badJson(pattern)
    tokens.push(match)
  }
  let at = 0
  const operator = () => tokens[at]?.[2]
  const or = (): Test => {
    const tests = [and()]
    while (operator() === '||') { at++; tests.push(and()) }
    return tests.length === 1 ? tests[0]! : record => tests.some(test => test(record))
  }
  const and = (): Test => {
    const tests = [condition()]
    while (operator() === '&&') { at++; tests.push(condition()) }
    return tests.length === 1 ? tests[0]! : record => tests.every(test => test(record))
  }
  const condition = (): Test => {
    if (operator() === '(') {
      at++
      const inner = or()
      if (operator() !== ')') throw badJson(pattern)
      at++
      return inner
    }
    const path = tokens[at++]?.[1]
    const next = tokens[at++]
    if (path === undefined || !next) throw badJson(pattern)
    if (next[5]) return keywordTest(path, next[5].replace(/\s+/g, ' '))
    const comparison = next[2]
    const value = tokens[at++]
    if (!comparison || !value || value[2]) throw badJson(pattern)
    return comparisonTest(path, comparison, value, pattern)
  }
  // AWS: one wildcard in a selector, three in a pattern.
  const wildcards = tokens.map(match => match[1]?.match(/\[\*\]|\.\*/g)?.length ?? 0)
  if (Math.max(...wildcards) > 1 || wildcards.reduce((sum, count) => sum + count, 0) > 3) throw badJson(pattern)
  const test = or()
  if (at !== tokens.length) throw badJson(pattern)
  return message => {
    const start = message.trimStart()
    if (!start.startsWith('{') && !start.startsWith('[')) return false
    try {
      return test(JSON.parse(start))
    } catch {
      return false
    }
  }
}

function keywordTest(path: string, keyword: string): Test {
  const steps = stepsOf(path)
  if (keyword === 'EXISTS') return record => valuesAt(record, steps).length > 0
  if (keyword === 'NOT EXISTS') return record => valuesAt(record, steps).length === 0
  const wanted = { 'IS NULL': null, 'IS TRUE': true, 'IS FALSE': false }[keyword]
  return record => valuesAt(record, steps).some(value => value === wanted)
}

function comparisonTest(path: string, comparison: string, value: RegExpExecArray, pattern: string): Test {
  const steps = stepsOf(path)
  const text = value[3]?.replace(/\\(.)/g, '$1') ?? value[6]
  const matches = value[4] !== undefined ? stringTest(regularExpression(value[4], pattern)) : valueTest(text!, value[3] === undefined)
  if (comparison === '=') return record => valuesAt(record, steps).some(matches)
  if (comparison === '!=') return record => valuesAt(record, steps).some(found => !matches(found))
  const compare = numberTest(comparison, Number(text))
  if (!compare || Number.isNaN(Number(text))) throw badJson(pattern)
  return record => valuesAt(record, steps).some(found => typeof found === 'number' && compare(found))
}

function valueTest(text: string, bare: boolean): (value: unknown) => boolean {
  if (bare && text !== '' && !Number.isNaN(Number(text))) return value => value === Number(text) || value === text
  // `$.latency = *` is for numbers as well.
  if (bare && text.includes('*')) {
    const like = wildcard(text)
    return value => value !== null && typeof value !== 'object' && like(String(value))
  }
  return stringTest(wildcard(text))
}

const stringTest = (test: (value: string) => boolean) => (value: unknown) => typeof value === 'string' && test(value)

const stepsOf = (path: string): string[] =>
  [...path.matchAll(/\.([\w-]+|\*)|\[(\d+|\*)\]|\["([^"]*)"\]|\['([^']*)'\]/g)].map(match => match[1] ?? match[2] ?? match[3] ?? match[4]!)

function valuesAt(record: unknown, steps: string[]): unknown[] {
  let values = [record]
  for (const step of steps) {
    values = values.flatMap(value => {
      if (value === null || typeof value !== 'object') return []
      if (step === '*') return Object.values(value)
      return Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : []
    })
  }
  return values
}

/** The values that a selector such as `$.a.b[0]` finds in a message; none where it is no JSON. */
export function jsonValues(message: string, selector: string): unknown[] {
  try {
    return valuesAt(JSON.parse(message), stepsOf(selector))
  } catch {
    return []
  }
}

/** The selectors that a pattern names, each once. */
export const selectorsOf = (pattern: string): string[] =>
  [...new Set([...pattern.replace(/"(?:[^"\\]|\\.)*"|%[^%]*%/g, '').matchAll(/\$(?:\.[\w-]+|\[\d+\])+/g)].map(match => match[0]))]
