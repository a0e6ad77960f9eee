import type { Context } from './context.ts'

/** A value with wildcards and policy variables, compiled: `matches(text, context)`. */
export interface Pattern {
  readonly source: string
  matches(text: string, context: Context): boolean
}

const any = -1
const one = -2

/**
 * Compiles a value in which `*` and `?` are wildcards and `${key}`, `${key, 'default'}` are policy variables. A variable that the
 * request has no single value for makes the pattern match nothing. What a variable holds is taken literally, never as a wildcard.
 * `variables` is false for documents of version 2008-10-17, in which `${` is plain text.
 */
export function compilePattern(source: string, options: { variables: boolean, wildcards?: boolean } = { variables: true }): Pattern {
  const wildcards = options.wildcards ?? true
  if (options.variables && source.includes('${')) return variablePattern(source, wildcards)
  if (!wildcards || !/[*?]/.test(source)) return { source, matches: text => text === source }
  if (source === '*') return { source, matches: () => true }
  const star = source.indexOf('*')
  if (star === source.length - 1 && !source.includes('?')) {
    const prefix = source.slice(0, -1)
    return { source, matches: text => text.startsWith(prefix) }
  }
  const tokens = tokensOf(source, true)
  return { source, matches: text => globTokens(tokens, text) }
}

type Part = { literal: number[] } | { key: string, fallback: string | undefined }

function variablePattern(source: string, wildcards: boolean): Pattern {
  const parts = partsOf(source, wildcards)
  const matches = (text: string, context: Context) => {
    const tokens: number[] = []
    for (const part of parts) {
      if ('literal' in part) tokens.push(...part.literal)
      else {
        const value = single(context.get(part.key)) ?? part.fallback
        if (value === undefined) return false
        tokens.push(...tokensOf(value, false))
      }
    }
    return globTokens(tokens, text)
  }
  return { source, matches }
}

function partsOf(source: string, wildcards: boolean): Part[] {
  const parts: Part[] = []
  let at = 0
  for (const found of source.matchAll(/\$\{([^}]*)\}/g)) {
    parts.push({ literal: tokensOf(source.slice(at, found.index), wildcards) })
    at = found.index + found[0].length
    const inside = found[1]!.trim()
    const withDefault = /^([^,]+?)\s*,\s*'(.*)'$/.exec(inside)
    // ${*}, ${?} and ${$} are the characters themselves.
    if (inside === '*' || inside === '?' || inside === '$') parts.push({ literal: tokensOf(inside, false) })
    else parts.push({ key: (withDefault?.[1] ?? inside).toLowerCase(), fallback: withDefault?.[2] })
  }
  parts.push({ literal: tokensOf(source.slice(at), wildcards) })
  return parts
}

function tokensOf(text: string, wildcards: boolean): number[] {
  const tokens: number[] = []
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    tokens.push(wildcards && code === 42 ? any : wildcards && code === 63 ? one : code)
  }
  return tokens
}

function globTokens(pattern: number[], text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let mark = 0
  while (t < text.length) {
    const token = pattern[p]
    if (token === any) {
      star = p++
      mark = t
    } else if (token === one || token === text.charCodeAt(t)) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++mark
    } else return false
  }
  while (pattern[p] === any) p++
  return p === pattern.length
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.length === 1 ? value[0] : undefined
}
