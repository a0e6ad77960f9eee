import { invalidPattern, numberTest, regularExpression, wildcard } from './values.ts'

type Test = (value: string | undefined) => boolean

/** Compiles `[ip, user, ..., status=4*, bytes > 1000]`: fields between spaces, those in quotes or brackets taken whole. */
export function compileSpacePattern(pattern: string): (message: string) => boolean {
  const bad = () => invalidPattern(pattern)
  if (!pattern.endsWith(']')) throw bad()
  // `[]` is a pattern without conditions: it matches whatever has fields.
  if (pattern.slice(1, -1).trim() === '') return () => true
  const fields = fieldsOfPattern(pattern)
  const gap = fields.indexOf('...')
  if (fields.filter(field => field === '...').length > 1 || fields.some(field => field === '')) throw bad()
  const tests = fields.map(field => field === '...' ? () => true : fieldTest(field, bad))
  return message => {
    const values = fieldsOf(message)
    if (gap < 0 ? values.length !== tests.length : values.length < tests.length - 1) return false
    const after = gap < 0 ? 0 : tests.length - gap - 1
    return tests.every((test, at) => at === gap || test(gap >= 0 && at > gap ? values[values.length - after + (at - gap - 1)] : values[at]))
  }
}

const fieldsOfPattern = (pattern: string) => splitFields(pattern.slice(1, -1)).map(field => field.trim())

/** The fields of a message by `$name`, as a pattern names them; those that it passes over by `$1`, `$2`, ... */
export function spaceFields(pattern: string): (message: string) => Record<string, string> {
  const fields = pattern.slice(1, -1).trim() === '' ? ['...'] : fieldsOfPattern(pattern)
  const gap = fields.indexOf('...')
  const nameOf = (field: string) => /^\(?\s*([\w-]+)/.exec(field)?.[1]
  return message => {
    const values = fieldsOf(message)
    const after = gap < 0 ? 0 : fields.length - gap - 1
    return Object.fromEntries(values.map((value, at) => {
      const inGap = gap >= 0 && at >= gap && at < values.length - after
      const field = gap < 0 || at < gap ? fields[at] : fields[fields.length - (values.length - at)]
      return [`$${inGap || field === undefined ? at + 1 : nameOf(field) ?? at + 1}`, value]
    }))
  }
}

/** Fields between commas; a comma in quotes or in an expression separates nothing. */
const splitFields = (text: string): string[] =>
  text.replace(/"(?:[^"\\]|\\.)*"|%[^%]*%/g, found => found.replaceAll(',', '\0')).split(',').map(field => field.replaceAll('\0', ','))

const fieldsOf = (message: string): string[] => [...message.matchAll(/"([^"]*)"|\[([^\]]*)\]|(\S+)/g)].map(match => match[1] ?? match[2] ?? match[3]!)

/** `name`, or conditions on it joined by && and ||. */
function fieldTest(field: string, bad: () => Error): Test {
  if (/^[\w-]+$/.test(field)) return value => value !== undefined
  const alternatives = field.replace(/^\(|\)$/g, '').split('||').map(part => part.split('&&').map(condition => conditionTest(condition.trim(), bad)))
  return value => value !== undefined && alternatives.some(tests => tests.every(test => test(value)))
}

function conditionTest(condition: string, bad: () => Error): Test {
  const match = /^[\w-]+\s*(!=|>=|<=|=|<|>)\s*(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|(\S+))$/.exec(condition)
  if (!match) throw bad()
  const [, operator, quoted, expression, bare] = match
  const text = quoted?.replace(/\\(.)/g, '$1') ?? bare!
  if (operator === '=' || operator === '!=') {
    const like = expression === undefined ? wildcard(text) : regularExpression(expression, condition)
    return value => like(value!) === (operator === '=')
  }
  const compare = numberTest(operator!, Number(text))
  if (!compare || Number.isNaN(Number(text))) throw bad()
  return value => value!.trim() !== '' && compare(Number(value))
}
