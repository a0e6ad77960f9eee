import { createHash } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extname, join, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UserError } from '../client.ts'
import { kept, type BuildContext, type Built, type Source } from './context.ts'
import { filesOf, fingerprint } from './files.ts'
import { installed, manifestOf } from './node.ts'

/** Lists of `key=value` in BuildProperties that esbuild takes as objects. */
const pairs = new Set(['alias', 'banner', 'define', 'footer', 'loader', 'outExtension', 'supported'])
const lists = new Set(['conditions', 'dropLabels', 'drop', 'external', 'inject', 'mainFields', 'pure', 'resolveExtensions'])
/** Said to npm, or fixed so that Lambda can run the result. */
const notForEsbuild = new Set(['bundle', 'entryPoints', 'outdir', 'platform', 'useNpmCi'])

/**
 * Metadata's `BuildMethod: esbuild`: the entry points bundled with what they import, by the options of BuildProperties; CommonJS, minified, for es2020
 * where they do not say.
 */
export async function buildEsbuild(source: Source, context: BuildContext): Promise<Built> {
  const properties: Record<string, any> = source.metadata.BuildProperties ?? {}
  const entries = await entriesOf(source, properties.EntryPoints)
  const options = optionsOf(source, properties)
  const hasOwn = (await stat(join(source.path, 'node_modules')).catch(() => undefined))?.isDirectory() ?? false
  const needs = Object.keys((await manifestOf(source))?.dependencies ?? {}).length > 0
  const packages = !hasOwn && needs ? await installed(source, context) : undefined
  const parts = await filesOf(source.path, new Set(['node_modules']))
  const key = fingerprint(parts, 'esbuild', entries, options, packages)
  const make = async (folder: string) => {
    const esbuild = await findEsbuild(source, context, packages)
    const before = performance.now()
    const { metafile } = await esbuild.build({
      ...options, entryPoints: entries.map(entry => join(source.path, entry)), absWorkingDir: source.path, outdir: folder, bundle: true, platform: 'node',
      logLevel: 'silent', metafile: true, ...packages !== undefined && { nodePaths: [join(packages, 'node_modules')] },
    }).catch(async (error: { errors?: object[], message: string }) => { throw await failure(source, esbuild, error) })
    const record: Record<string, string> = {}
    for (const input of Object.keys(metafile.inputs)) {
      const path = resolve(source.path, input)
      // What lies in the folder is in the key; packages are what the manifests say.
      if (!path.startsWith(source.path + sep) && !path.includes(`${sep}node_modules${sep}`)) record[path] = await hashOf(path)
    }
    await writeFile(`${folder}/${recordName}`, JSON.stringify(record))
    context.say(`Built ${source.id} (esbuild, ${Math.round(performance.now() - before)} ms)\n`)
  }
  let place = await kept(context, source.id, key, make)
  let inputs = await outsideOf(place)
  for (let round = 1; inputs === undefined && round < 3; round++) {
    place = await kept(context, source.id, fingerprint(parts, 'esbuild', entries, options, packages, round, Date.now()), make)
    inputs = await outsideOf(place)
  }
  return { files: (await filesOf(place)).filter(([path]) => path !== recordName), inputs: inputs ?? [] }
}

const recordName = '.fogbank-inputs.json'
const hashOf = async (path: string) => createHash('sha256').update(await readFile(path).catch(() => '')).digest('hex')

/** The files outside of the source's folder that went into a build; undefined where one of them has changed since. */
async function outsideOf(place: string): Promise<string[] | undefined> {
  const record: Record<string, string> = JSON.parse(await readFile(join(place, recordName), 'utf8'))
  for (const [path, hash] of Object.entries(record)) if (await hashOf(path) !== hash) return undefined
  return Object.keys(record)
}

async function entriesOf(source: Source, given: unknown): Promise<string[]> {
  if (!Array.isArray(given) || given.length === 0) {
    throw new UserError(`${source.id}: BuildMethod esbuild needs BuildProperties.EntryPoints, a list of files: EntryPoints: [app.ts].`)
  }
  return Promise.all(given.map(async (entry: unknown) => {
    for (const end of extname(String(entry)) === '' ? ['.ts', '.js'] : ['']) {
      if (await stat(join(source.path, entry + end)).catch(() => undefined)) return entry + end
    }
    throw new UserError(`${source.id}: the entry point ${join(source.path, String(entry))} is not there.`)
  }))
}

/** BuildProperties as options of esbuild's API: names begin small, lists of `key=value` become objects. */
export function optionsOf(source: Pick<Source, 'id'>, properties: Record<string, any>): Record<string, unknown> {
  const options: Record<string, unknown> = { target: 'es2020', format: 'cjs', minify: true }
  for (const [name, value] of Object.entries(properties)) {
    const key = name === 'Minify' ? 'minify' : name[0]!.toLowerCase() + name.slice(1)
    if (notForEsbuild.has(key)) continue
    if (pairs.has(key)) {
      const given: string[] = Array.isArray(value) ? value : [value]
      options[key] = Object.fromEntries(given.map(pair => {
        const [, left, right] = /^([^=]+)=(.*)$/s.exec(String(pair)) ?? []
        if (left === undefined) throw new UserError(`${source.id}: BuildProperties.${name} takes KEY=VALUE, not ${pair}.`)
        return [left, right]
      }))
    } else if (lists.has(key)) options[key] = Array.isArray(value) ? value : String(value).split(',')
    else if (key === 'target') options[key] = String(value).split(',')
    else options[key] = value === 'true' ? true : value === 'false' ? false : value
  }
  return options
}

interface Esbuild {
  build(options: object): Promise<{ metafile: { inputs: Record<string, unknown> } }>
  formatMessages(messages: object[], options: object): Promise<string[]>
}

/** The project's own esbuild, or one that stands beside Fogbank. Throws UserError that says how to get it. */
async function findEsbuild(source: Source, context: BuildContext, packages: string | undefined): Promise<Esbuild> {
  for (const from of [source.path, context.folder, ...packages === undefined ? [] : [packages], import.meta.dirname]) {
    let found: string
    try {
      found = createRequire(join(from, 'package.json')).resolve('esbuild')
    } catch {
      continue
    }
    const module = await import(pathToFileURL(found).href)
    return module.default ?? module
  }
  throw new UserError(
    `${source.id}: BuildMethod esbuild needs esbuild. \`npm install --save-dev esbuild\` in ${context.folder} gets it.`,
  )
}

async function failure(source: Source, esbuild: Esbuild, error: { errors?: object[], message: string }): Promise<Error> {
  if (!error.errors?.length) return new UserError(`${source.id}: esbuild failed: ${error.message}`)
  const messages = await esbuild.formatMessages(error.errors, { kind: 'error', color: false })
  return new UserError(`${source.id}: esbuild failed:\n${messages.join('\n').trim()}`)
}
