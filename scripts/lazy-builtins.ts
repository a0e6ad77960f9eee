import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'esbuild'

// Node has these in memory before our first line runs, and reading their exports loads nothing more.
const loadedAtBoot = new Set(['events', 'module', 'os', 'path', 'url'])

/**
 * Has the bundle take Node's modules when something in them is first used. An import loads them at once and reads every one of
 * their exports: crypto 5 ms, util 1 ms, http (whose WebSocket brings a whole fetch client) 20 ms and 14 MB.
 */
export function lazyBuiltins(root: string): Plugin {
  const used = usedNames(root)
  return {
    name: 'lazy builtins',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node:/ }, ({ path, importer, kind }) =>
        loadedAtBoot.has(path.slice(5)) || importer.includes('node_modules') || kind !== 'import-statement'
          ? undefined
          : { path, namespace: 'lazy-builtin', sideEffects: false })
      onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, ({ path }) => {
        const getters = [...used.get(path) ?? []].map(name => `get ${name}() { return (loaded ??= process.getBuiltinModule('${path}')).${name} }`)
        return { contents: `let loaded\nmodule.exports = { ${getters.join(', ')} }`, loader: 'js' }
      })
    },
  }
}

/** What the sources import by name from each of Node's modules. */
function usedNames(root: string): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>()
  for (const file of globSync('src/**/*.ts', { cwd: root })) {
    if (file.endsWith('.test.ts')) continue
    for (const [, names, path] of readFileSync(join(root, file), 'utf8').matchAll(/^import (?!type\b)(.*?) from '(node:[^']+)'/gm)) {
      // One that is imported whole is left as it is.
      if (!names!.startsWith('{')) loadedAtBoot.add(path!.slice(5))
      const known = used.get(path!) ?? new Set()
      for (const name of names!.slice(1, -1).split(',')) if (!name.trim().startsWith('type ')) known.add(name.trim().split(' as ')[0]!)
      used.set(path!, known)
    }
  }
  return used
}
