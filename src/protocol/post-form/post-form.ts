import { createHmac } from 'node:crypto'
import { Readable } from 'node:stream'
import type { HttpResponse } from '../../contracts/call.ts'
import type { CredentialsAnswer } from '../../contracts/identity.ts'
import type { Principal } from '../../contracts/principal.ts'
import { AwsError } from '../../platform/errors.ts'
import { bytesOf, type Exchange } from '../request-body.ts'
import { sameText, signatureOf, signingKey } from '../signing-key.ts'
import { refuse, scopeOf } from '../sigv4.ts'
import { header, type WireRequest } from '../wire.ts'
import { escapeXml, parseXml, type XmlElement } from '../xml.ts'
import { boundaryOf, readForm, type Form } from './form-data.ts'
import { checkPolicy, type FileSize } from './policy.ts'

// A file that a browser uploads with a form: PutObject, with the fields of the form in place of headers, signed by the policy that is one of the fields.
// docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html

/** A form that was let in: who signed it, and the request of PutObject that says the same. Whoever is done with it returns its `source`. */
export interface Posted { principal: Principal, region: string | undefined, request: WireRequest, body: Readable, form: Form, source: AsyncGenerator<Buffer> }

type Credentials = (key: { accessKeyId: string, sessionToken?: string }) => CredentialsAnswer | Promise<CredentialsAnswer>

const anonymous: Principal = { type: 'anonymous', account: '', arn: 'anonymous', userId: 'anonymous' }
const fileBytesMax = 5 * 1024 ** 3

/** Reads a form up to its file, and checks policy and signature. Throws AwsError and SignatureFaultError. */
export async function readPost(exchange: Exchange, bucket: string, credentials: Credentials, nowMs: number): Promise<Posted> {
  const boundary = boundaryOf(header(exchange.wire, 'content-type') ?? '')
  if (boundary === undefined) throw noForm()
  const source = bytesOf(exchange)
  try {
    return { ...await letIn(exchange, { bucket, boundary, source }, credentials, nowMs), source }
  } catch (error) {
    void source.return(undefined)
    throw error
  }
}

const noForm = () => new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
  status: 412, fields: { Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' },
})

interface Asked { bucket: string, boundary: string, source: AsyncGenerator<Buffer> }

async function letIn(
  exchange: Exchange, { bucket, boundary, source }: Asked, credentials: Credentials, nowMs: number,
): Promise<Omit<Posted, 'source'>> {
  const form = await readForm(source, boundary)
  if (!form.file) throw invalidArgument('POST requires exactly one file upload per request.', 'file', '0')
  for (const [name, value] of form.fields) form.fields.set(name, value.replaceAll('${filename}', form.file.name))
  const key = required(form, 'key')
  if (key === '') throw invalidArgument('User key must have a length greater than 0.', 'key', '')
  const signer = await signerOf(form.fields, credentials)
  const size = signer.policy === undefined ? { min: 0, max: Infinity }
    : checkPolicy(signer.policy, new Map([...form.fields, ['bucket', bucket]]), nowMs)
  // What PutObject tells of it is ObjectCreated:Post.
  const body = Object.assign(Readable.from(bounded(exchange, form, size, boundary), { objectMode: false }), { posted: true })
  return { principal: signer.principal, region: signer.region, request: requestOf(exchange, form, key), body, form }
}

function required({ fields }: Pick<Form, 'fields'>, name: string): string {
  const value = fields.get(name.toLowerCase())
  if (value !== undefined) return value
  throw invalidArgument(`Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`, name, '')
}

const invalidArgument = (message: string, name: string, value: string) =>
  new AwsError('InvalidArgument', message, { fields: { ArgumentName: name, ArgumentValue: value } })

/** Who signed the policy, with either version of AWS's signatures: boto3 takes the second one in us-east-1. Without a policy nobody did. */
async function signerOf(fields: Form['fields'], credentials: Credentials): Promise<{ principal: Principal, region: string | undefined, policy?: string }> {
  const policy = fields.get('policy')
  const ofVersion2 = fields.has('awsaccesskeyid') || fields.has('signature')
  if (policy === undefined && !ofVersion2 && !fields.has('x-amz-signature')) return { principal: anonymous, region: undefined }
  const names = ofVersion2 ? ['AWSAccessKeyId', 'Policy', 'Signature'] : ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'Policy', 'X-Amz-Signature']
  const given = Object.fromEntries(names.map(name => [name, required({ fields }, name)]))
  const scope = ofVersion2 ? undefined : scopeOf(given['X-Amz-Credential']!, false)
  if (scope && given['X-Amz-Algorithm'] !== 'AWS4-HMAC-SHA256') refuse({ kind: 'unsupported', message: 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"' })
  const accessKeyId = scope?.accessKeyId ?? given.AWSAccessKeyId!
  const sessionToken = fields.get('x-amz-security-token')
  const found = await credentials({ accessKeyId, ...sessionToken !== undefined && { sessionToken } })
  if ('error' in found) {
    if (found.error === 'expired') refuse({ kind: 'expired-token' })
    refuse(found.error === 'invalid-token' ? { kind: 'invalid-token' } : { kind: 'unknown', accessKeyId })
  }
  if (found.secretAccessKey !== undefined) {
    const signature = (scope ? given['X-Amz-Signature'] : given.Signature)!
    const expected = scope ? signatureOf(signingKey(found.secretAccessKey, scope.date, scope.region, scope.service), given.Policy!)
      : createHmac('sha1', found.secretAccessKey).update(given.Policy!).digest('base64')
    if (!sameText(expected, signature)) refuse({ kind: 'mismatch', accessKeyId, signature, stringToSign: given.Policy! })
  }
  return { principal: found.principal, region: scope?.region, policy: given.Policy! }
}

/** Fields that have another name as headers, or none. */
const headerNames: Record<string, string | undefined> = {
  acl: 'x-amz-acl', tagging: undefined, key: undefined, policy: undefined, signature: undefined, awsaccesskeyid: undefined, bucket: undefined,
  success_action_status: undefined, success_action_redirect: undefined, redirect: undefined, 'x-amz-algorithm': undefined, 'x-amz-credential': undefined,
  'x-amz-date': undefined, 'x-amz-signature': undefined, 'x-amz-security-token': undefined,
}
const contentHeaders = new Set(['cache-control', 'content-type', 'content-disposition', 'content-encoding', 'content-language', 'expires', 'content-md5'])

function requestOf({ wire }: Exchange, { fields }: Form, key: string): WireRequest {
  const headers: WireRequest['headers'] = { host: wire.headers.host }
  for (const [field, value] of fields) {
    const name = field in headerNames ? headerNames[field] : field
    if (name !== undefined && (name.startsWith('x-amz-') || contentHeaders.has(name))) headers[name] = value
  }
  const tagging = fields.get('tagging')
  if (tagging !== undefined) headers['x-amz-tagging'] = tagsOf(tagging)
  return { method: 'PUT', path: `/${encodeURIComponent(key)}`, query: '', headers }
}

/** A form's tags are an XML document; a header's are a query. */
function tagsOf(document: string): string {
  const root = parseXml(document)
  const sets = root.name === 'Tagging' ? root.children.filter(each => each.name === 'TagSet') : []
  if (sets.length !== 1) throw new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema')
  const textOf = (tag: XmlElement, name: string) => tag.children.find(each => each.name === name)?.text ?? ''
  return new URLSearchParams(sets[0]!.children.map((tag): [string, string] => [textOf(tag, 'Key'), textOf(tag, 'Value')])).toString()
}

/** The file within the bounds of the policy and of S3: EntityTooLarge as soon as it is, EntityTooSmall at its end. */
async function* bounded({ wire }: Exchange, { file }: Form, { min, max }: FileSize, boundary: string): AsyncGenerator<Buffer> {
  let size = 0
  const bound = Math.min(max, fileBytesMax)
  for await (const piece of file!.body) {
    size += piece.length
    if (size > bound) {
      // What a browser sends is the file, and the boundary after it.
      const proposed = Math.max(size, Number(header(wire, 'content-length') ?? 0) - file!.offset - boundary.length - '\r\n----\r\n'.length)
      const fields = { ProposedSize: proposed, MaxSizeAllowed: bound }
      throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', { fields })
    }
    yield piece
  }
  if (size < min) {
    const fields = { ProposedSize: size, MinSizeAllowed: min }
    throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', { fields })
  }
}

/** What the form asked to be answered: 204, another status, or the way to another page. `put`: the answer of PutObject. */
export function postAnswer({ wire }: Exchange, bucket: string, { fields }: Form, put: HttpResponse): HttpResponse {
  const key = fields.get('key')!
  const path = key.split('/').map(encodeURIComponent).join('/')
  const { 'content-type': _type, ...rest } = put.headers ?? {}
  const etag = String(rest.etag ?? rest.ETag ?? '')
  const location = `http://${header(wire, 'host') ?? ''}${wire.path.replace(/\/$/, '')}/${path}`
  const headers = { ...rest, location }
  const redirect = redirectTo(fields.get('success_action_redirect') ?? fields.get('redirect'), { bucket, key, etag })
  if (redirect !== undefined) return { status: 303, headers: { ...headers, location: redirect }, body: '' }
  const status = fields.get('success_action_status')
  if (status === '200') return { status: 200, headers, body: '' }
  if (status !== '201') return { status: 204, headers }
  const members = Object.entries({ Location: location, Bucket: bucket, Key: key, ETag: etag })
  const content = members.map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`).join('')
  return {
    status: 201, headers: { ...headers, 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${content}</PostResponse>`,
  }
}

/** The page that the form names, told what was stored; what is no address is passed over. */
function redirectTo(given: string | undefined, told: Record<string, string>): string | undefined {
  if (given === undefined || !URL.canParse(given)) return undefined
  const url = new URL(given)
  const query = Object.entries(told).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  url.search = url.search === '' ? query : `${url.search}&${query}`
  return url.href
}
