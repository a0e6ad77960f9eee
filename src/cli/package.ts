import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { parseTemplate } from '../services/cloudformation/template/parse.ts'
import { buildSource } from './build/build.ts'
import type { Built, Source } from './build/context.ts'
import { fingerprint, zipFiles, type File } from './build/files.ts'
import { UserError, type Client } from './client.ts'

type Form = 'uri' | 'code' | 'content' | 'bucket' | 'template'
interface Rule { property: string, form: Form, kind: 'function' | 'layer' | 'file' | 'template' }

/** Properties that may name something local, and how its place in S3 is written. */
const local: Record<string, Rule> = {
  'AWS::Serverless::Function': { property: 'CodeUri', form: 'uri', kind: 'function' },
  'AWS::Serverless::LayerVersion': { property: 'ContentUri', form: 'uri', kind: 'layer' },
  'AWS::Serverless::Api': { property: 'DefinitionUri', form: 'uri', kind: 'file' },
  'AWS::Serverless::HttpApi': { property: 'DefinitionUri', form: 'uri', kind: 'file' },
  'AWS::Serverless::StateMachine': { property: 'DefinitionUri', form: 'uri', kind: 'file' },
  'AWS::Serverless::GraphQLApi': { property: 'SchemaUri', form: 'uri', kind: 'file' },
  'AWS::Serverless::Application': { property: 'Location', form: 'template', kind: 'template' },
  'AWS::CloudFormation::Stack': { property: 'TemplateURL', form: 'template', kind: 'template' },
  'AWS::Lambda::Function': { property: 'Code', form: 'code', kind: 'function' },
  'AWS::Lambda::LayerVersion': { property: 'Content', form: 'content', kind: 'layer' },
  'AWS::ApiGateway::RestApi': { property: 'BodyS3Location', form: 'bucket', kind: 'file' },
  'AWS::ApiGatewayV2::Api': { property: 'BodyS3Location', form: 'bucket', kind: 'file' },
  'AWS::StepFunctions::StateMachine': { property: 'DefinitionS3Location', form: 'bucket', kind: 'file' },
}

export interface PackageOptions {
  client: Pick<Client, 'put' | 'exists'>
  /** Folder of the template. */
  folder: string
  bucket: string
  environment: Record<string, string | undefined>
  say: (text: string) => void
}

/** Something on this machine that a template names. */
export interface LocalPart {
  /** Its logical id; that of an application before those of what it holds: `App/Function`. */
  id: string
  kind: Rule['kind']
  /** The folder or file, and files elsewhere that went into its build. */
  paths: string[]
  /** How to build it again; of functions whose folder is built. */
  source?: Source
}

export interface Packaged { template: Record<string, any>, parts: LocalPart[] }

const templatesMax = 20

/**
 * Builds and uploads what a template names on this machine, and returns the template with the places in S3 and what it named. The bucket is made
 * when it is needed. Throws UserError where something is missing or does not build.
 */
export async function packageTemplate(template: Record<string, any>, options: PackageOptions, outer: string[] = []): Promise<Packaged> {
  const copy = structuredClone(template)
  const parts: LocalPart[] = []
  const globals: Record<string, any> = copy.Globals?.Function ?? {}
  const inherited = globals.CodeUri
  for (const [id, resource] of Object.entries<any>(copy.Resources ?? {})) {
    const rule = local[resource?.Type]
    if (!rule) continue
    const properties = resource.Properties ??= {}
    const ofGlobals = resource.Type === 'AWS::Serverless::Function' && !properties.InlineCode && !properties.ImageUri && !properties.ImageConfig
    const value = properties[rule.property] ?? (ofGlobals ? inherited : undefined)
    if (typeof value !== 'string' || /^(s3|https?):\/\//.test(value)) continue
    const path = resolve(options.folder, value)
    if (!await stat(path).catch(() => undefined)) throw new UserError(`${id}: ${path} does not exist.`)
    const part: LocalPart = { id, kind: rule.kind, paths: [path] }
    parts.push(part)
    const key = rule.kind === 'template'
      ? await nested(path, id, options, [...outer, path], parts)
      : rule.kind === 'file' ? await uploadFile(path, id, options) : await uploadCode(part, sourceOf(id, rule.kind, path, resource, globals), options)
    properties[rule.property] = placed(rule.form, options.bucket, key)
    if (part.source) addSourceMaps(part.source, properties)
  }
  if (typeof inherited === 'string') delete globals.CodeUri
  return { template: copy, parts }
}

function placed(form: Form, S3Bucket: string, S3Key: string): string | object {
  if (form === 'uri' || form === 'template') return `s3://${S3Bucket}/${S3Key}`
  return form === 'bucket' ? { Bucket: S3Bucket, Key: S3Key } : { S3Bucket, S3Key }
}

function sourceOf(id: string, kind: 'function' | 'layer', path: string, resource: any, globals: Record<string, any>): Source {
  const properties = resource.Properties
  const sam = resource.Type.startsWith('AWS::Serverless::')
  const own = (name: string) => properties[name] ?? (sam && kind === 'function' ? globals[name] : undefined)
  const text = (value: unknown) => typeof value === 'string' ? value : undefined
  const architectures = own('Architectures') ?? properties.CompatibleArchitectures
  return {
    id, kind, path, runtime: text(own('Runtime')), handler: text(own('Handler')), metadata: resource.Metadata ?? {},
    architecture: text(resource.Metadata?.BuildArchitecture) ?? text(Array.isArray(architectures) ? architectures[0] : undefined) ?? 'x86_64',
  }
}

/** As `sam build` does: a bundle with a source map is run so that stack traces name the sources. */
function addSourceMaps(source: Source, properties: any): void {
  const map: unknown = source.metadata.BuildProperties?.Sourcemap
  if (source.metadata.BuildMethod !== 'esbuild' || map === undefined || map === false || map === 'false') return
  const variables = ((properties.Environment ??= {}).Variables ??= {})
  variables.NODE_OPTIONS ??= '--enable-source-maps'
}

/** A nested application or stack by the path of its template: packaged as this one is, and uploaded. */
async function nested(path: string, id: string, options: PackageOptions, outer: string[], parts: LocalPart[]): Promise<string> {
  if (outer.indexOf(path) < outer.length - 1 || outer.length > templatesMax) throw new UserError(`${id}: ${path} holds itself.`)
  const text = await readFile(path, 'utf8').catch(() => { throw new UserError(`${id}: ${path} is no template.`) })
  const inside = await packageTemplate(readTemplate(text, path), { ...options, folder: dirname(path) }, outer)
  parts.push(...inside.parts.map(part => ({ ...part, id: `${id}/${part.id}` })))
  const bytes = Buffer.from(JSON.stringify(inside.template))
  const key = `${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.template`
  await upload(key, id, () => bytes, options)
  return key
}

/** Parses a template. Throws UserError where it is none. */
export function readTemplate(text: string, path?: string): Record<string, any> {
  try {
    return parseTemplate(text)
  } catch (error) {
    throw new UserError(`${path === undefined ? '' : `${path}: `}${(error as Error).message}`)
  }
}

async function uploadFile(path: string, id: string, options: PackageOptions): Promise<string> {
  const bytes = await readFile(path).catch(() => { throw new UserError(`${id}: ${path} is not a file.`) })
  const key = createHash('sha256').update(bytes).digest('hex').slice(0, 32)
  await upload(key, id, () => bytes, options)
  return key
}

async function uploadCode(part: LocalPart, source: Source, options: PackageOptions): Promise<string> {
  const { path, id } = source
  if (/\.(zip|jar)$/.test(path)) return `${await uploadFile(path, id, options)}`
  if ((await stat(path)).isDirectory()) part.source = source
  const { files, inputs } = part.source ? await builtOf(source, options) : { files: await singleFile(path), inputs: [] }
  part.paths.push(...inputs)
  const key = `${fingerprint(files)}.zip`
  await upload(key, id, () => zipFiles(files), options)
  return key
}

const builtOf = (source: Source, { folder, environment, say }: PackageOptions): Promise<Built> => buildSource(source, { folder, environment, say })
const singleFile = async (path: string): Promise<File[]> => [[basename(path), await readFile(path), 0o644]]

async function upload(key: string, id: string, bytesOf: () => Uint8Array, options: PackageOptions): Promise<void> {
  if (await options.client.exists(options.bucket, key)) return
  const bytes = bytesOf()
  options.say(`Uploading ${id} (${Math.ceil(bytes.length / 1024)} KB)\n`)
  await options.client.put(options.bucket, undefined, new Uint8Array())
  await options.client.put(options.bucket, key, bytes)
}
