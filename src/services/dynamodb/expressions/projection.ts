import type { Item, Value } from '../values/attribute-value.ts'
import { describePath, type Path } from './ast.ts'
import { Parser } from './parser.ts'
import type { Placeholders } from './placeholders.ts'

/** Parses `a, b.c[0], #d`. */
export function parseProjection(source: string, placeholders: Placeholders): Path[] {
  const parser = new Parser('ProjectionExpression', source, placeholders)
  const paths = [parser.path()]
  while (parser.takeSymbol(',')) paths.push(parser.path())
  checkPaths(parser, paths)
  parser.finish()
  return paths
}

/** Two paths of which one begins with the other overlap; two that take one place for a map and for a list conflict. */
export function checkPaths(parser: Parser, paths: Path[]): void {
  for (const [at, one] of paths.entries()) {
    for (const two of paths.slice(at + 1)) {
      const where = `must remove or rewrite one of these paths; path one: ${describePath(one)}, path two: ${describePath(two)}`
      const length = Math.min(one.length, two.length)
      let same = 0
      while (same < length && one[same] === two[same]) same++
      if (same === length) parser.problem('paths', `Two document paths overlap with each other; ${where}`)
      else if (typeof one[same] !== typeof two[same]) parser.problem('paths', `Two document paths conflict with each other; ${where}`)
    }
  }
}

interface Branch { whole: boolean, children: Map<string | number, Branch> }

/** The parts of the item at the paths, in their structure; elements of lists close up. */
export function project(item: Item, paths: Path[]): Item {
  const root: Branch = { whole: false, children: new Map() }
  for (const path of paths) {
    let branch = root
    for (const part of path) {
      let child = branch.children.get(part)
      if (!child) branch.children.set(part, child = { whole: false, children: new Map() })
      branch = child
    }
    branch.whole = true
  }
  return projectMap(item, root)
}

function projectMap(map: Item, branch: Branch): Item {
  const result: Item = {}
  for (const [name, child] of branch.children) {
    if (typeof name !== 'string' || !Object.hasOwn(map, name)) continue
    const value = projectValue(map[name]!, child)
    if (value) result[name] = value
  }
  return result
}

function projectValue(value: Value, branch: Branch): Value | undefined {
  if (branch.whole) return value
  if (value.M) {
    const M = projectMap(value.M, branch)
    return Object.keys(M).length > 0 ? { M } : undefined
  }
  if (!value.L) return undefined
  const L: Value[] = []
  for (const index of [...branch.children.keys()].filter(key => typeof key === 'number').sort((a, b) => a - b)) {
    const element = value.L[index] && projectValue(value.L[index], branch.children.get(index)!)
    if (element) L.push(element)
  }
  return L.length > 0 ? { L } : undefined
}
