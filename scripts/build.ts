import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build, type BuildOptions, type Plugin } from 'esbuild'
import { buildJava } from './build-java.ts'
import { buildModels } from './build-models.ts'
import { lazyBuiltins } from './lazy-builtins.ts'

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

/** What every start loads lies in the bundle itself: each file beside it would cost half a millisecond. */
const bundled = ['cbor-x']

/**
 * What is imported by a call is loaded into a running cloud, and finds there whatever it shares with it. Saying so keeps that in one
 * chunk; otherwise there would be one for every set of files that have something in common, and a start would read them all.
 */
const loadedIntoTheCloud: Plugin = {
  name: 'loaded into the cloud',
  setup({ onResolve, onLoad }) {
    const running = ['src/cloud.ts', 'src/platform/logging.ts'].map(file => `import ${JSON.stringify(join(root, file))}\n`).join('')
    onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, kind, resolveDir }) =>
      kind === 'dynamic-import' ? { path: join(resolveDir, path), pluginData: running } : undefined)
    onLoad({ filter: /\.ts$/ }, ({ path, pluginData }) =>
      pluginData === running ? { contents: `${readFileSync(path, 'utf8')}\n${running}`, loader: 'ts' } : undefined)
  },
}

/** `start` and the other commands are bundles of their own: so all that a start reads is in two files, whatever it has in common with the others. */
const apart = (command: string): Plugin => ({
  name: `${command} is another bundle`,
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`/${command}\\.ts$`) }, ({ kind }) => kind === 'dynamic-import' ? { path: `./${command}.js`, external: true } : undefined)
  },
})

async function bundle(): Promise<void> {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const external = Object.keys(dependencies).filter(name => !bundled.includes(name))
  for (const name of readdirSync(dist)) if (name.endsWith('.js')) rmSync(join(dist, name))
  const common: BuildOptions = {
    absWorkingDir: root, outdir: 'dist', bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node22', external,
    logLevel: 'warning', legalComments: 'none',
  }
  const { metafile } = await build({
    ...common, metafile: true, entryPoints: { start: 'src/cli/start.ts', testing: 'src/testing/index.ts' },
    plugins: [apart('deploy'), loadedIntoTheCloud, lazyBuiltins(root)],
  })
  await build({ ...common, entryPoints: { main: 'src/main.ts', deploy: 'src/cli/deploy.ts' }, plugins: [apart('start')] })
  const read = metafile.outputs['dist/start.js']!.imports.filter(({ kind, external }) => kind === 'import-statement' && !external)
  if (read.length > 1) console.warn(`fogbank: a start reads ${read.length + 1} files, not 2: see loadedIntoTheCloud in scripts/build.ts.`)
  for (const name of bundled) writeFileSync(join(dist, `${name}.LICENSE`), readFileSync(join(root, 'node_modules', name, 'LICENSE')))
}

/** The types of `fogbank/testing`, in one file that needs no other: the SDK's types, which our own tests have, are not the user's. */
function writeTypes(): void {
  const parts = ['src/contracts/sinks.ts', 'src/testing/api.ts'].map(file => readFileSync(join(root, file), 'utf8').replace(/^import .*\n/gm, ''))
  const declared = '/** Starts a cloud in this process, with a virtual clock and an ephemeral store: one for each test. */\n'
    + 'export declare function startCloud(options?: TestCloudOptions): Promise<TestCloud>\n'
  writeFileSync(join(dist, 'testing.d.ts'), [...parts, declared].join('\n'))
}

mkdirSync(dist, { recursive: true })
buildJava()
const hash = sourceHash()
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) {
  const start = performance.now()
  await buildModels()
  await bundle()
  writeTypes()
  writeFileSync(stamp, hash)
  console.log(`fogbank: built in ${((performance.now() - start) / 1000).toFixed(1)} s`)
}
