import type { RouteRow } from '../state.ts'

export interface Match { route: RouteRow, pathParameters: Record<string, string> }

interface Part { text: string, variable?: string, isGreedy: boolean }
interface Parsed { method: string, parts: Part[] }

/** Keys are parsed once for each deployment's route. */
const parsed = new WeakMap<RouteRow, Parsed>()

function parse(route: RouteRow): Parsed {
  const known = parsed.get(route)
  if (known) return known
  const space = route.key.indexOf(' ')
  const parts = route.key.slice(space + 2).split('/').map((text): Part => {
    const variable = /^\{([^}]+?)(\+)?\}$/.exec(text)
    return { text, isGreedy: variable?.[2] !== undefined, ...variable && { variable: variable[1]! } }
  })
  const made = { method: route.key.slice(0, space), parts }
  parsed.set(route, made)
  return made
}

/**
 * The route for a request, by AWS's priority: a full match, then a match with path variables, then a greedy one, then $default;
 * of equal ones the route of the method before that of ANY. `path`: decoded, so an encoded slash divides as any other does.
 */
export function matchRoute(routes: readonly RouteRow[], method: string, path: string): Match | undefined {
  const segments = path.slice(1).split('/')
  let best: { match: Match, rank: number[] } | undefined
  for (const route of routes) {
    const found = matchKey(route, method, segments)
    if (found && (!best || isBefore(found.rank, best.rank))) best = { match: { route, pathParameters: found.parameters }, rank: found.rank }
  }
  return best?.match
}

function matchKey(route: RouteRow, method: string, segments: string[]): { parameters: Record<string, string>, rank: number[] } | undefined {
  if (route.key === '$default') return { parameters: {}, rank: [9] }
  const { method: wanted, parts } = parse(route)
  if (wanted !== 'ANY' && wanted !== method) return undefined
  const byMethod = wanted === 'ANY' ? 1 : 0
  const parameters: Record<string, string> = {}
  const rank: number[] = []
  for (let at = 0; at < parts.length; at++) {
    const { text, variable, isGreedy } = parts[at]!
    if (isGreedy) {
      const rest = segments.slice(at).join('/')
      if (rest === '') return undefined
      parameters[variable!] = rest
      return { parameters, rank: [...rank, 2, byMethod] }
    }
    const segment = segments[at]
    if (segment === undefined || (variable === undefined ? segment !== text : segment === '')) return undefined
    if (variable !== undefined) parameters[variable] = segment
    rank.push(variable === undefined ? 0 : 1)
  }
  return parts.length === segments.length ? { parameters, rank: [...rank, 0, byMethod] } : undefined
}

function isBefore(a: number[], b: number[]): boolean {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}
