import { invalidArgument, listKeysMax, type ObjectRow, type S3Scope } from '../state.ts'

export interface Listed {
  objects: ObjectRow[]
  /** Keys up to the delimiter after the prefix, once each. */
  commonPrefixes: string[]
  isTruncated: boolean
  /** The last key or common prefix that is listed. */
  last: string | undefined
}

/** Objects and common prefixes after a key, in the order of their keys' UTF-8 bytes. */
export async function listKeys(
  s3: S3Scope, bucket: string,
  { prefix = '', delimiter = '', after, max }: { prefix?: string | undefined, delimiter?: string | undefined, after?: string | undefined, max: number },
): Promise<Listed> {
  const listed: Listed = { objects: [], commonPrefixes: [], isTruncated: false, last: undefined }
  if (max === 0) return listed
  let from = prefix
  // Where a page ended on a common prefix, all that lies beneath it has been listed.
  const skipped = after !== undefined && delimiter !== '' && after.startsWith(prefix) && after.endsWith(delimiter) && after.length > prefix.length
    ? after
    : undefined
  for (let isDone = false; !isDone;) {
    isDone = true
    for await (const object of s3.tables.objects.each({ prefix: [bucket], from: [bucket, from] })) {
      if (!object.key.startsWith(prefix)) break
      if (object.isDeleteMarker || (after !== undefined && !isAfter(object.key, after)) || (skipped !== undefined && object.key.startsWith(skipped))) continue
      if (listed.objects.length + listed.commonPrefixes.length >= max) {
        listed.isTruncated = true
        break
      }
      const common = commonPrefixOf(object.key, prefix, delimiter)
      listed.last = object.key
      if (common === undefined) {
        listed.objects.push(object)
        continue
      }
      listed.commonPrefixes.push(common)
      listed.last = common
      from = `${common}\u{10ffff}`
      isDone = false
      break
    }
  }
  return listed
}

/**
 * The newest version of each key from one on, or the common prefix of those that have the delimiter after the prefix; what lies beneath one is passed over.
 */
export async function* newestOrCommon(
  s3: S3Scope, bucket: string, { prefix, delimiter, from: start }: { prefix: string, delimiter: string, from: string },
): AsyncGenerator<ObjectRow | string> {
  let from = isAfter(start, prefix) ? start : prefix
  for (let isDone = false; !isDone;) {
    isDone = true
    for await (const object of s3.tables.objects.each({ prefix: [bucket], from: [bucket, from] })) {
      if (!object.key.startsWith(prefix)) return
      const common = commonPrefixOf(object.key, prefix, delimiter)
      yield common ?? object
      if (common === undefined) continue
      from = `${common}\u{10ffff}`
      isDone = false
      break
    }
  }
}

/** A key up to the delimiter after the prefix; undefined where it has none there. */
export function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

const isAfter = (key: string, other: string) => Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0

/** How many keys a page may have: 1,000 unless fewer are asked for. */
export function maxKeysOf(given: number | undefined): number {
  if (given === undefined) return listKeysMax
  if (!Number.isInteger(given) || given < 0) throw invalidArgument('Argument maxKeys must be an integer between 0 and 2147483647', 'max-keys', String(given))
  return Math.min(given, listKeysMax)
}

/** Keys as the answer has them: with `EncodingType: url` percent-encoded, slashes left alone. */
export function encoderOf(type: string | undefined): (text: string) => string {
  if (type === undefined) return text => text
  if (type !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type)
  return text =>
    encodeURIComponent(text).replace(/[!'()]/g, one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll('%2F', '/').replaceAll('%20', '+')
}

/** An object as the lists have it. */
export const summaryOf = (object: ObjectRow, encode: (text: string) => string) => ({
  Key: encode(object.key), LastModified: new Date(object.modifiedAt), ETag: `"${object.etag}"`, Size: object.sizeBytes,
  StorageClass: (object.storageClass ?? 'STANDARD') as 'STANDARD',
  ...object.checksum && { ChecksumAlgorithm: [object.checksum.algorithm as 'CRC32'], ChecksumType: object.checksum.type },
})
