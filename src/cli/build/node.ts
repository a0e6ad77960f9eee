import { copyFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UserError } from '../client.ts'
import { kept, runTool, type BuildContext, type Built, type Source } from './context.ts'
import { filesOf, fingerprint, type File } from './files.ts'

const manifests = ['package.json', 'package-lock.json', 'npm-shrinkwrap.json', '.npmrc']
const specs = ['dependencies', 'optionalDependencies', 'devDependencies'] as const

/** A folder with package.json: its files, and the packages that it needs at run time. Those that are there already are taken where no others are among them. */
export async function buildNode(source: Source, context: BuildContext): Promise<Built> {
  const manifest = await manifestOf(source)
  const needs = Object.keys({ ...manifest?.dependencies, ...manifest?.optionalDependencies }).length > 0
  const has = (await stat(join(source.path, 'node_modules')).catch(() => undefined))?.isDirectory() ?? false
  const hasOthers = Object.keys(manifest?.devDependencies ?? {}).length > 0
  if (has && (!hasOthers || !manifest)) return { files: await filesOf(source.path), inputs: [] }
  const own = await filesOf(source.path, new Set(['node_modules']))
  if (!needs) return { files: own, inputs: [] }
  return { files: [...own, ...await packagesOf(source, context)], inputs: [] }
}

/** A layer's packages, where Lambda looks for those of Node: nodejs/node_modules. */
export async function buildNodeLayer(source: Source, context: BuildContext): Promise<Built> {
  const { files } = await buildNode(source, context)
  return { files: files.map(([path, ...rest]): File => [`nodejs/${path}`, ...rest]), inputs: [] }
}

export async function manifestOf(source: Source): Promise<Record<string, any> | undefined> {
  const text = await readFile(join(source.path, 'package.json'), 'utf8').catch(() => undefined)
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch (error) {
    throw new UserError(`${source.id}: ${join(source.path, 'package.json')} is not JSON: ${(error as Error).message}`)
  }
}

const read = new Map<string, File[]>()

/** node_modules as files, installed once for what the manifests say. */
async function packagesOf(source: Source, context: BuildContext): Promise<File[]> {
  const folder = await installed(source, context)
  const files = read.get(folder) ?? (await filesOf(join(folder, 'node_modules'))).map(([path, ...rest]): File => [`node_modules/${path}`, ...rest])
  read.set(folder, files)
  return files
}

/** The folder whose node_modules npm made of the source's manifests; made again only when they, or a package on this machine that they name, change. */
export async function installed(source: Source, context: BuildContext): Promise<string> {
  const manifest = await manifestOf(source) ?? {}
  const parts: File[] = []
  for (const name of manifests) {
    const bytes = await readFile(join(source.path, name)).catch(() => undefined)
    if (bytes) parts.push([name, name === 'package.json' ? Buffer.from(JSON.stringify(specs.map(kind => manifest[kind]))) : bytes, 0o644])
  }
  const local = specs.flatMap(kind => Object.values<unknown>(manifest[kind] ?? {}))
    .filter((spec): spec is string => typeof spec === 'string' && spec.startsWith('file:'))
  for (const spec of local) {
    const path = resolve(source.path, spec.slice('file:'.length))
    const info = await stat(path).catch(() => { throw new UserError(`${source.id}: package.json names ${path}, which is not there.`) })
    parts.push(...info.isDirectory() ? await filesOf(path, new Set(['node_modules'])) : [[spec, await readFile(path), 0o644] satisfies File])
  }
  const properties = source.metadata.BuildProperties ?? {}
  const exact = properties.UseNpmCi === true && parts.some(([name]) => name === 'package-lock.json')
  return kept(context, 'packages', fingerprint(parts, 'npm', exact), async folder => {
    context.say(`Installing packages of ${source.id} (npm)\n`)
    for (const [name] of parts.filter(([name]) => manifests.includes(name))) await copyFile(join(source.path, name), join(folder, name))
    // npm would look up the packages of development as well, only to leave them out.
    const wanted = exact ? manifest : { ...manifest, devDependencies: undefined }
    await writeFile(join(folder, 'package.json'), JSON.stringify(withFullPaths(wanted, source.path)))
    await runTool(context, {
      id: source.id, command: 'npm', cwd: folder, install: 'It comes with Node.js: https://nodejs.org.',
      args: [exact ? 'ci' : 'install', '--omit=dev', '--install-links', '--no-audit', '--no-fund'],
    })
  }, false)
}

function withFullPaths(manifest: Record<string, any>, from: string): Record<string, any> {
  const copy = structuredClone(manifest)
  for (const kind of specs) {
    for (const [name, spec] of Object.entries<unknown>(copy[kind] ?? {})) {
      if (typeof spec === 'string' && spec.startsWith('file:')) copy[kind][name] = `file:${resolve(from, spec.slice('file:'.length))}`
    }
  }
  return copy
}
