import { createHash } from 'node:crypto'
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { zipSync, type Zippable } from 'fflate'
import { UserError, type Client } from './client.ts'

const run = promisify(execFile)
const junk = new Set(['.git', '.DS_Store', '__pycache__', '.aws-sam', '.fogbank', '.venv', '.pytest_cache', '.mypy_cache', 'Thumbs.db'])

/** Properties that may name something local, and how its place in S3 is written. */
const local: Record<string, { property: string, form: 'uri' | 'code' | 'content', file?: boolean }> = {
  'AWS::Serverless::Function': { property: 'CodeUri', form: 'uri' },
  'AWS::Serverless::LayerVersion': { property: 'ContentUri', form: 'uri' },
  'AWS::Serverless::Api': { property: 'DefinitionUri', form: 'uri', file: true },
  'AWS::Serverless::HttpApi': { property: 'DefinitionUri', form: 'uri', file: true },
  'AWS::Serverless::StateMachine': { property: 'DefinitionUri', form: 'uri', file: true },
  'AWS::Lambda::Function': { property: 'Code', form: 'code' },
  'AWS::Lambda::LayerVersion': { property: 'Content', form: 'content' },
}

export interface PackageOptions {
  client: Pick<Client, 'put' | 'exists'>
  /** Folder of the template. */
  folder: string
  bucket: string
  environment: Record<string, string | undefined>
  say: (text: string) => void
}

/** Uploads what a template names on this machine, and returns the template with the places in S3. The bucket is made when it is needed. */
export async function packageTemplate(template: Record<string, any>, options: PackageOptions): Promise<Record<string, any>> {
  const copy = structuredClone(template)
  const uploaded = new Map<string, Promise<string>>()
  const globals = copy.Globals?.Function ?? {}
  for (const [id, resource] of Object.entries<any>(copy.Resources ?? {})) {
    const rule = local[resource?.Type]
    if (!rule) continue
    resource.Properties ??= {}
    const inherited = resource.Type === 'AWS::Serverless::Function' && !resource.Properties.InlineCode && !resource.Properties.ImageUri
      ? globals.CodeUri
      : undefined
    const value = resource.Properties[rule.property] ?? inherited
    if (typeof value !== 'string' || /^(s3|https?):\/\//.test(value)) continue
    const method = resource.Metadata?.BuildMethod
    if (method) throw new UserError(`${id}: BuildMethod ${method} is not built by fogbank: run \`sam build\` and deploy .aws-sam/build/template.yaml.`)
    const path = resolve(options.folder, value)
    const once = uploaded.get(path) ?? upload(path, id, rule.file ?? false, options)
    uploaded.set(path, once)
    const key = await once
    resource.Properties[rule.property] = rule.form === 'uri' ? `s3://${options.bucket}/${key}` : { S3Bucket: options.bucket, S3Key: key }
  }
  if (globals.CodeUri !== undefined && typeof globals.CodeUri === 'string') delete globals.CodeUri
  return copy
}

async function upload(path: string, id: string, asFile: boolean, options: PackageOptions): Promise<string> {
  const info = await stat(path).catch(() => { throw new UserError(`${id}: ${path} does not exist.`) })
  const bytes = asFile || /\.(zip|jar)$/.test(path)
    ? await readFile(path)
    : info.isDirectory() ? await buildFolder(path, options) : zipFiles([[basename(path), await readFile(path), 0o644]])
  const key = createHash('sha256').update(bytes).digest('hex').slice(0, 32) + (asFile ? '' : '.zip')
  if (await options.client.exists(options.bucket, key)) return key
  options.say(`Uploading ${id} (${Math.ceil(bytes.length / 1024)} KB)\n`)
  await options.client.put(options.bucket, undefined, new Uint8Array())
  await options.client.put(options.bucket, key, bytes)
  return key
}

/** A folder's zip, with its dependencies installed where they are declared and not there. */
async function buildFolder(folder: string, options: PackageOptions): Promise<Uint8Array> {
  const names = new Set(await readdir(folder))
  const manifest = names.has('package.json') ? JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) : {}
  const needsNpm = Object.keys(manifest.dependencies ?? {}).length > 0 && !names.has('node_modules')
  const needsPip = names.has('requirements.txt') && /^\s*[^#\s]/m.test(await readFile(join(folder, 'requirements.txt'), 'utf8'))
  if (!needsNpm && !needsPip) return zipFiles(await filesOf(folder))
  const build = await mkdtemp(join(tmpdir(), 'fogbank-build-'))
  try {
    await cp(folder, build, { recursive: true, filter: source => !junk.has(basename(source)) })
    if (needsNpm) await install(options, build, 'npm', ['install', '--omit=dev', '--no-audit', '--no-fund'])
    if (needsPip) {
      await install(options, build, 'python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', 'requirements.txt', '-t', '.'])
    }
    return zipFiles(await filesOf(build))
  } finally {
    await rm(build, { recursive: true, force: true })
  }
}

async function install(options: PackageOptions, folder: string, command: string, args: string[]): Promise<void> {
  options.say(`Installing dependencies (${command})\n`)
  try {
    await run(command, args, { cwd: folder, env: options.environment as NodeJS.ProcessEnv, maxBuffer: 16 * 1024 * 1024 })
  } catch (error) {
    throw new UserError(`${command} ${args.join(' ')} failed:\n${(error as { stderr?: string }).stderr ?? String(error)}`)
  }
}

type File = [path: string, bytes: Uint8Array, mode: number]

/** The files of a folder by their paths with `/`, sorted; links are followed. */
export async function filesOf(folder: string): Promise<File[]> {
  const files: File[] = []
  const walk = async (at: string, prefix: string) => {
    for (const name of (await readdir(at)).sort()) {
      if (junk.has(name) || name.endsWith('.pyc')) continue
      const path = join(at, name)
      const info = await stat(path).catch(() => undefined)
      if (info?.isDirectory()) await walk(path, `${prefix}${name}/`)
      else if (info?.isFile()) files.push([`${prefix}${name}`, await readFile(path), info.mode & 0o111 ? 0o755 : 0o644])
    }
  }
  await walk(folder, '')
  return files
}

/** The same bytes for the same files: no times, sorted names, two kinds of permissions. */
export function zipFiles(files: File[]): Uint8Array {
  const entries: Zippable = {}
  for (const [path, bytes, mode] of files) entries[path] = [bytes, { mtime: new Date(1980, 0, 1), os: 3, attrs: ((0o100000 | mode) << 16) >>> 0 }]
  return zipSync(entries, { level: 6 })
}
