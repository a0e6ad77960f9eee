import { AwsError } from '../../../platform/errors.ts'
import { invalidArgument, keyBytesMax, metadataBytesMax, notImplemented, tagsPerObjectMax, type ContentHeaders } from '../state.ts'

interface Described {
  Key?: string | undefined
  Metadata?: Record<string, string> | undefined
  StorageClass?: string | undefined
  Tagging?: string | undefined
  ACL?: string | undefined
  ServerSideEncryption?: string | undefined
}

const contentHeaderNames = ['ContentType', 'CacheControl', 'ContentDisposition', 'ContentEncoding', 'ContentLanguage', 'WebsiteRedirectLocation'] as const
const storageClasses = new Set(['STANDARD', 'REDUCED_REDUNDANCY', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'])
const refused: Record<string, string> = {
  SSECustomerKey: 'x-amz-server-side-encryption-customer-key', SSEKMSEncryptionContext: 'x-amz-server-side-encryption-context', GrantRead: 'x-amz-grant-read',
  GrantFullControl: 'x-amz-grant-full-control', GrantReadACP: 'x-amz-grant-read-acp', GrantWriteACP: 'x-amz-grant-write-acp',
    ObjectLockMode: 'x-amz-object-lock-mode',
  ObjectLockLegalHoldStatus: 'x-amz-object-lock-legal-hold', ObjectLockRetainUntilDate: 'x-amz-object-lock-retain-until-date',
    WriteOffsetBytes: 'x-amz-write-offset-bytes',
}

export interface ObjectDescription { headers: ContentHeaders, metadata: Record<string, string>, storageClass?: string, tags?: Record<string, string>,
  encryption?: 'aws:kms' }

/** What a request says of the object it makes, checked; what Fogbank does not honour is NotImplemented by its header. */
export function describeObject(input: Described): ObjectDescription {
  checkKey(input.Key!)
  for (const [member, header] of Object.entries(refused)) if ((input as Record<string, unknown>)[member] !== undefined) throw notImplemented(header)
  const encryption = input.ServerSideEncryption
  if (encryption !== undefined && encryption !== 'AES256' && encryption !== 'aws:kms') throw notImplemented('x-amz-server-side-encryption')
  // Buckets whose owner is enforced take no other list, and keep none.
  if (input.ACL !== undefined && input.ACL !== 'private' && input.ACL !== 'bucket-owner-full-control') {
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs')
  }
  const storageClass = input.StorageClass
  if (storageClass !== undefined && !storageClasses.has(storageClass)) {
    throw new AwsError('InvalidStorageClass', 'The storage class you specified is not valid', { fields: { StorageClassRequested: storageClass } })
  }
  const headers: ContentHeaders = {}
  for (const name of contentHeaderNames) {
    const value = (input as Record<string, unknown>)[name]
    if (typeof value === 'string' && value !== '') headers[name] = name === 'ContentEncoding' ? withoutChunks(value) : value
  }
  if (headers.ContentEncoding === '') delete headers.ContentEncoding
  const expires: unknown = (input as { Expires?: unknown }).Expires
  if (expires !== undefined) headers.Expires = expires instanceof Date ? expires.toUTCString() : String(expires)
  return {
    headers, metadata: metadataOf(input.Metadata), ...storageClass !== undefined && storageClass !== 'STANDARD' && { storageClass },
    ...input.Tagging && { tags: tagsOfHeader(input.Tagging) }, ...encryption === 'aws:kms' && { encryption },
  }
}

export function checkKey(key: string): void {
  const size = Buffer.byteLength(key)
  if (size > keyBytesMax) throw new AwsError('KeyTooLongError', 'Your key is too long', { fields: { Size: size, MaxSizeAllowed: keyBytesMax } })
}

/** The encoding of the transfer is no encoding of the object. */
const withoutChunks = (encoding: string) => encoding.split(',').map(one => one.trim()).filter(one => one !== 'aws-chunked' && one !== '').join(',')

function metadataOf(given: Record<string, string> = {}): Record<string, string> {
  const metadata: Record<string, string> = {}
  let size = 0
  for (const [name, value] of Object.entries(given)) {
    metadata[name.toLowerCase()] = value
    size += Buffer.byteLength(name) + Buffer.byteLength(value)
  }
  if (size <= metadataBytesMax) return metadata
  throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', { fields: { Size: size,
    MaxSizeAllowed: metadataBytesMax } })
}

function tagsOfHeader(header: string): Record<string, string> {
  const pairs = [...new URLSearchParams(header)]
  const tags = Object.fromEntries(pairs)
  if (Object.keys(tags).length !== pairs.length) {
    throw invalidArgument('The header \'x-amz-tagging\' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.',
      'x-amz-tagging', header)
  }
  checkObjectTags(tags)
  return tags
}

/** BadRequest or InvalidTag where an object may not have these tags. */
export function checkObjectTags(tags: Record<string, string>, maximum = tagsPerObjectMax): void {
  if (Object.keys(tags).length > maximum) throw new AwsError('BadRequest', `Object tags cannot be greater than ${maximum}`)
  for (const [key, value] of Object.entries(tags)) {
    if (key.length < 1 || key.length > 128) throw new AwsError('InvalidTag', 'The TagKey you have provided is invalid', { fields: { TagKey: key } })
    if (value.length > 256) throw new AwsError('InvalidTag', 'The TagValue you have provided is invalid', { fields: { TagKey: key, TagValue: value } })
    if (key.startsWith('aws:')) throw new AwsError('InvalidTag', 'System tags cannot be added/updated by requester', { fields: { TagKey: key } })
  }
}
