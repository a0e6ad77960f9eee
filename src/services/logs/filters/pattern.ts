import { compileJsonPattern } from './json.ts'
import { compileSpacePattern } from './space.ts'
import { invalidPattern, regularExpression } from './values.ts'

export type Matches = (message: string) => boolean

/**
 * Compiles a filter pattern of CloudWatch Logs: terms (`ERROR -timeout ?a ?b "two words" %regex%`), JSON (`{ $.level = "error" }`)
 * or fields between spaces (`[ip, user, status=4*]`). Throws InvalidParameterException for what is none.
 */
export function compileFilterPattern(pattern: string): Matches {
  const trimmed = pattern.trim()
  if (trimmed.length > 1024) throw invalidPattern(pattern)
  if (trimmed === '') return () => true
  if (trimmed.startsWith('{')) return compileJsonPattern(trimmed)
  if (trimmed.startsWith('[')) return compileSpacePattern(trimmed)
  return compileTerms(trimmed)
}

/** All plain terms must be there, none of those with `-`, and at least one of those with `?`, where there are such. */
function compileTerms(pattern: string): Matches {
  const all: Matches[] = []
  const none: Matches[] = []
  const any: Matches[] = []
  const terms = pattern.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|(\S+))\s*/gy)
  let end = 0
  for (const match of terms) {
    end = match.index + match[0].length
    const [, sign, quoted, expression, word] = match
    const test = expression !== undefined ? regularExpression(expression, pattern) : contains(quoted?.replace(/\\(.)/g, '$1') ?? word!)
    ;(sign === '-' ? none : sign === '?' ? any : all).push(test)
  }
  if (end !== pattern.length) throw invalidPattern(pattern)
  // AWS ignores `?` terms beside others.
  const anyCounts = all.length === 0 && none.length === 0
  return message => all.every(test => test(message)) && !none.some(test => test(message)) && (!anyCounts || any.length === 0 || any.some(test => test(message)))
}

const contains = (text: string): Matches => message => message.includes(text)
