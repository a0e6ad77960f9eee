import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { buildModels } from './build-models.ts'

const root = dirname(import.meta.dirname)
const dist = join(root, 'dist')
const stamp = join(dist, '.built')

/** Everything that goes into the bundle; a change of any of it makes the build stale. */
function sourceHash(): string {
  const hash = createHash('sha256')
  const walk = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => a.name < b.name ? -1 : 1)) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (!entry.name.endsWith('.test.ts')) hash.update(`${path}:${statSync(path).size}:${statSync(path).mtimeMs}\n`)
    }
  }
  walk(join(root, 'src'))
  walk(join(root, 'scripts'))
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
}

async function bundle(): Promise<void> {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const name of readdirSync(dist)) if (name.endsWith('.js')) rmSync(join(dist, name))
  await build({
    absWorkingDir: root, entryPoints: { main: 'src/main.ts', testing: 'src/testing/index.ts' }, outdir: 'dist', bundle: true, splitting: true,
    format: 'esm', platform: 'node', target: 'node22', external: Object.keys(dependencies), logLevel: 'warning', legalComments: 'none',
  })
}

const hash = sourceHash()
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) {
  const start = performance.now()
  mkdirSync(dist, { recursive: true })
  await buildModels()
  await bundle()
  writeFileSync(stamp, hash)
  console.log(`fogbank: built in ${((performance.now() - start) / 1000).toFixed(1)} s`)
}
