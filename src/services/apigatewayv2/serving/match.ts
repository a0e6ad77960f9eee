import type { RouteRow } from '../state.ts'

export interface Match { route: RouteRow, pathParameters: Record<string, string> }

/**
 * The route for a request, by AWS's priority: a full match, then a match with path variables, then a greedy one, then $default;
 * of equal ones the route of the method before that of ANY.
 */
export function matchRoute(routes: readonly RouteRow[], method: string, path: string): Match | undefined {
  const segments = path.slice(1).split('/')
  let best: { match: Match, rank: number[] } | undefined
  for (const route of routes) {
    const found = matchKey(route.key, method, segments)
    if (!found) continue
    const match = { route, pathParameters: found.parameters }
    if (!best || isBefore(found.rank, best.rank)) best = { match, rank: found.rank }
  }
  return best?.match
}

function matchKey(key: string, method: string, segments: string[]): { parameters: Record<string, string>, rank: number[] } | undefined {
  if (key === '$default') return { parameters: {}, rank: [9] }
  const space = key.indexOf(' ')
  const wanted = key.slice(0, space)
  if (wanted !== 'ANY' && wanted !== method) return undefined
  const parts = key.slice(space + 2).split('/')
  const parameters: Record<string, string> = {}
  const rank: number[] = []
  for (const [at, part] of parts.entries()) {
    const variable = /^\{([^}]+?)(\+)?\}$/.exec(part)
    if (variable?.[2]) {
      const rest = segments.slice(at).join('/')
      if (rest === '') return undefined
      parameters[variable[1]!] = decode(rest)
      return { parameters, rank: [...rank, 2, wanted === 'ANY' ? 1 : 0] }
    }
    const segment = segments[at]
    if (segment === undefined || (!variable && segment !== part) || (variable && segment === '')) return undefined
    if (variable) parameters[variable[1]!] = decode(segment)
    rank.push(variable ? 1 : 0)
  }
  return parts.length === segments.length ? { parameters, rank: [...rank, 0, wanted === 'ANY' ? 1 : 0] } : undefined
}

function isBefore(a: number[], b: number[]): boolean {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
