import { isMap, isScalar, parseDocument, type Document } from 'yaml'
import { objectBytes } from '../../../platform/s3-address.ts'
import { keep } from '../published/repository.ts'
import { archiveBytesMax, BadRequestException, type Repo } from '../state.ts'

type Place = { Bucket: string, Key: string, VersionId?: string }
/** How a property names an object: as `s3://bucket/key` or a map of these members. */
interface Form { property: string, members: [bucket: string, key: string, version: string] }

const ofSam = (property: string): Form => ({ property, members: ['Bucket', 'Key', 'Version'] })
const forms: Record<string, Form> = {
  'AWS::Serverless::Function': ofSam('CodeUri'), 'AWS::Serverless::LayerVersion': ofSam('ContentUri'), 'AWS::Serverless::Api': ofSam('DefinitionUri'),
  'AWS::Serverless::HttpApi': ofSam('DefinitionUri'), 'AWS::Serverless::StateMachine': ofSam('DefinitionUri'),
  'AWS::Lambda::Function': { property: 'Code', members: ['S3Bucket', 'S3Key', 'S3ObjectVersion'] },
  'AWS::Lambda::LayerVersion': { property: 'Content', members: ['S3Bucket', 'S3Key', 'S3ObjectVersion'] },
}

export interface Taken { template: string, kept: string[] }

/** Copies what a template names in S3, read with the caller's rights, so that whoever may deploy it can; the template names the copies. */
export async function takeArtifacts(repo: Repo, text: string): Promise<Taken> {
  const document = parseDocument(text, { logLevel: 'silent', uniqueKeys: false })
  const copies = new Map<string, { Bucket: string, Key: string }>()
  for (const { path, members } of places(document)) {
    const place = placeAt(document, path, members)
    if (!place) continue
    const id = JSON.stringify(place)
    const copy = copies.get(id) ?? await copyOf(repo, place)
    copies.set(id, copy)
    const value = isMap(document.getIn(path)) ? { [members[0]]: copy.Bucket, [members[1]]: copy.Key } : `s3://${copy.Bucket}/${copy.Key}`
    document.setIn(path, document.createNode(value))
  }
  return { template: copies.size > 0 ? document.toString({ lineWidth: 0 }) : text, kept: [...copies.values()].map(({ Key }) => Key) }
}

/** Where a template may name objects. */
function places(document: Document): { path: string[], members: Form['members'] }[] {
  const resources = document.get('Resources')
  const names = isMap(resources) ? resources.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : []
  const found = names.flatMap(name => {
    const form = forms[String(document.getIn(['Resources', name, 'Type']))]
    return form ? [{ path: ['Resources', name, 'Properties', form.property], members: form.members }] : []
  })
  return [{ path: ['Globals', 'Function', 'CodeUri'], members: ofSam('CodeUri').members }, ...found]
}

function placeAt(document: Document, path: string[], [bucket, key, version]: Form['members']): Place | undefined {
  const node = document.getIn(path)
  if (typeof node === 'string') {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(node) ?? []
    return Bucket !== undefined && Key !== undefined ? { Bucket, Key } : undefined
  }
  if (!isMap(node)) return undefined
  const [Bucket, Key, VersionId] = [node.get(bucket), node.get(key), node.get(version)]
  if (typeof Bucket !== 'string' || typeof Key !== 'string') return undefined
  return { Bucket, Key, ...VersionId !== undefined && { VersionId: String(VersionId) } }
}

async function copyOf(repo: Repo, place: Place): Promise<{ Bucket: string, Key: string }> {
  const bytes = await readable(repo, place)
  return keep(repo, place.Key.slice(place.Key.lastIndexOf('/') + 1), bytes)
}

/** The bytes of an object that a request names. Throws BadRequestException. */
export async function readable(repo: Repo, place: Place, what = 'The object'): Promise<Buffer> {
  const tooLarge = () => new BadRequestException(`${what} s3://${place.Bucket}/${place.Key} exceeds ${archiveBytesMax} bytes.`)
  try {
    return await objectBytes(repo.aws, place, { maxBytes: archiveBytesMax, tooLarge })
  } catch (error) {
    if (error instanceof BadRequestException) throw error
    throw new BadRequestException(`Failed to copy S3 object. ${(error as Error).message} bucket=${place.Bucket}, key=${place.Key}`)
  }
}
