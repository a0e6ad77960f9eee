import { AwsError } from '../../platform/errors.ts'
import type { Scope } from '../../platform/service.ts'
import { table } from '../../platform/tables.ts'
import type { Tags } from '../../platform/tags.ts'

export interface BucketRow {
  name: string
  account: string
  region: string
  createdAt: number
  versioning?: 'Enabled' | 'Suspended'
  /** A JSON document. */
  policy?: string
  tags?: Tags
  /** Sub-resources that are kept as they were put: `publicAccessBlock`, `encryption`, `ownership`, `cors`. */
  configuration: Record<string, any>
}

/** One version of an object. `objects` holds the latest of each key, a delete marker included; `versions` the older ones. */
export interface ObjectRow {
  bucket: string
  key: string
  /** Falls with time, so that the newest version sorts first. */
  order: string
  /** `null` for what was written while the bucket kept no versions. */
  versionId: string
  isDeleteMarker?: boolean
  /** Without its quotes. */
  etag: string
  sizeBytes: number
  modifiedAt: number
  /** The bytes, in order: one blob, or one for each part of a multipart upload. */
  parts: ObjectPart[]
  headers: ContentHeaders
  metadata: Record<string, string>
  storageClass?: string
  /** AES256 where it is not said. */
  encryption?: 'aws:kms'
  sealedBy?: SealedBy
  tags?: Tags
  checksum?: ObjectChecksum
}

/** `iv`: of a part that is sealed, in base64. */
export interface ObjectPart { sha256: string, sizeBytes: number, iv?: string }

/** The data key under which an object is sealed, as KMS encrypted it, and with which key and context. */
export interface SealedBy { keyArn: string, dataKey: Uint8Array, context: Record<string, string>, bucketKey?: boolean }

export interface ObjectChecksum { algorithm: string, value: string, type: 'FULL_OBJECT' | 'COMPOSITE' }

/** Headers that a GET gives back as they were put. */
export interface ContentHeaders {
  ContentType?: string
  CacheControl?: string
  ContentDisposition?: string
  ContentEncoding?: string
  ContentLanguage?: string
  Expires?: string
  WebsiteRedirectLocation?: string
}

export interface UploadRow {
  bucket: string
  key: string
  uploadId: string
  createdAt: number
  headers: ContentHeaders
  metadata: Record<string, string>
  storageClass?: string
  /** AES256 where it is not said. */
  encryption?: 'aws:kms'
  sealedBy?: SealedBy
  tags?: Tags
  checksumAlgorithm?: string
  checksumType?: 'FULL_OBJECT' | 'COMPOSITE'
}

export interface PartRow {
  uploadId: string
  partNumber: number
  etag: string
  sha256: string
  sizeBytes: number
  iv?: string
  modifiedAt: number
  checksum?: { algorithm: string, value: string }
}

export const tables = {
  buckets: table<BucketRow>()({ name: 'buckets', scope: 'cloud', key: row => [row.name] }),
  objects: table<ObjectRow>()({ name: 'objects', scope: 'cloud', key: row => [row.bucket, row.key], blobs: row => row.parts.map(part => part.sha256) }),
  versions: table<ObjectRow>()({ name: 'versions', scope: 'cloud', key: row => [row.bucket, row.key, row.order],
    blobs: row => row.parts.map(part => part.sha256) }),
  uploads: table<UploadRow>()({ name: 'uploads', scope: 'cloud', key: row => [row.bucket, row.key, row.uploadId] }),
  parts: table<PartRow>()({ name: 'parts', scope: 'cloud', key: row => [row.uploadId, row.partNumber], blobs: row => [row.sha256] }),
}

export type S3Scope = Scope<typeof tables, S3State>

export interface S3State { sequence: number }

export const objectBytesMax = 5 * 1024 ** 3
export const partBytesMin = 5 * 1024 ** 2
export const keyBytesMax = 1024
export const listKeysMax = 1000
export const tagsPerObjectMax = 10
export const metadataBytesMax = 2048

export const noSuchKey = (key: string) => new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404, fields: { Key: key } })
export const invalidArgument = (message: string, name: string, value: string) =>
  new AwsError('InvalidArgument', message, { status: 400, fields: { ArgumentName: name, ArgumentValue: value } })
export const malformedXml = () =>
  new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema', { status: 400 })
export const notImplemented = (header: string) =>
  new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', { status: 501, fields: { Header: header } })

export const bucketArn = (s3: S3Scope, bucket: string): string => `arn:${s3.partition}:s3:::${bucket}`

/** The bucket, or NoSuchBucket. `owner`: the account that the caller expects to own it. */
export async function bucketNamed(s3: S3Scope, name: string | undefined, owner?: string): Promise<BucketRow> {
  const bucket = await s3.tables.buckets.get(name ?? '')
  if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', { status: 404, fields: { BucketName: name } })
  if (owner !== undefined && owner !== bucket.account) throw new AwsError('AccessDenied', 'Access Denied', { status: 403 })
  return bucket
}

/** A number that falls from version to version, as 16 digits; what remains of it to the top is the sequencer of events. */
export function nextOrder(s3: S3Scope): { order: string, sequencer: string } {
  const sequence = s3.state.sequence = Math.max(s3.state.sequence + 1, s3.now() * 1000)
  return { order: String(9e15 - sequence).padStart(16, '0'), sequencer: sequence.toString(16).toUpperCase().padStart(16, '0') }
}
