import { Readable } from 'node:stream'
import { AwsError } from '../../../platform/errors.ts'
import { invalidArgument, type BucketRow, type ObjectRow, type S3Scope } from '../state.ts'
import { checksumMember } from './body.ts'
import { versionMember } from './find.ts'
import { encryptionMembers, readPart } from './sealing.ts'

interface ReadInput {
  Range?: string | undefined
  PartNumber?: number | undefined
  ChecksumMode?: string | undefined
  ResponseCacheControl?: string | undefined
  ResponseContentDisposition?: string | undefined
  ResponseContentEncoding?: string | undefined
  ResponseContentLanguage?: string | undefined
  ResponseContentType?: string | undefined
  ResponseExpires?: Date | undefined
}

/** The bytes `[start, end]` of an object, both inclusive; `partial` where they were asked for. */
export interface Place { start: number, end: number, partial: boolean }

/** The range or the part that a read asks for. A Range that is not well-formed counts for nothing, as RFC 9110 has it. */
export function placeOf(object: ObjectRow, input: ReadInput): Place {
  const last = object.sizeBytes - 1
  if (input.PartNumber !== undefined) {
    if (input.Range !== undefined) throw new AwsError('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter')
    return placeOfPart(object, input.PartNumber)
  }
  const range = /^bytes=(\d*)-(\d*)$/.exec(input.Range?.trim() ?? '')
  if (!range || (range[1] === '' && range[2] === '')) return { start: 0, end: last, partial: false }
  const suffix = range[1] === ''
  const start = suffix ? Math.max(0, object.sizeBytes - Number(range[2])) : Number(range[1])
  const end = suffix || range[2] === '' ? last : Math.min(last, Number(range[2]))
  if (!suffix && range[2] !== '' && Number(range[2]) < start) return { start: 0, end: last, partial: false }
  if (start > last) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', {
      status: 416, fields: { RangeRequested: input.Range, ActualObjectSize: object.sizeBytes },
    })
  }
  return { start, end, partial: true }
}

function placeOfPart(object: ObjectRow, partNumber: number): Place {
  if (!(partNumber >= 1 && partNumber <= 10_000)) throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber',
    String(partNumber))
  const part = object.parts[partNumber - 1]
  if (!part) {
    throw new AwsError('InvalidPartNumber', 'The requested partnumber is not satisfiable', {
      status: 416, fields: { PartNumberRequested: partNumber, ActualPartCount: object.parts.length },
    })
  }
  const start = object.parts.slice(0, partNumber - 1).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return { start, end: start + part.sizeBytes - 1, partial: object.sizeBytes > 0 }
}

/** The length and range of what is answered. */
export const partMembers = (object: ObjectRow, { start, end, partial }: Place) => ({
  ContentLength: end - start + 1, ...partial && { ContentRange: `bytes ${start}-${end}/${object.sizeBytes}` },
})

/** The headers of a read that do not depend on its range. */
export function readMembers(bucket: BucketRow, object: ObjectRow, input: ReadInput): Record<string, unknown> {
  const { Expires, ...headers } = object.headers
  const expires = input.ResponseExpires ?? (Expires === undefined ? undefined : new Date(Expires))
  return {
    AcceptRanges: 'bytes', LastModified: new Date(object.modifiedAt), ETag: `"${object.etag}"`, ContentType: 'binary/octet-stream', ...headers,
    ...expires && { Expires: expires, ExpiresString: input.ResponseExpires?.toUTCString() ?? Expires },
    ...input.ResponseCacheControl !== undefined && { CacheControl: input.ResponseCacheControl },
    ...input.ResponseContentDisposition !== undefined && { ContentDisposition: input.ResponseContentDisposition },
    ...input.ResponseContentEncoding !== undefined && { ContentEncoding: input.ResponseContentEncoding },
    ...input.ResponseContentLanguage !== undefined && { ContentLanguage: input.ResponseContentLanguage },
    ...input.ResponseContentType !== undefined && { ContentType: input.ResponseContentType },
    Metadata: object.metadata, ...encryptionMembers(object), ...object.storageClass && { StorageClass: object.storageClass },
    ...versionMember(bucket, object), ...object.tags && { TagCount: Object.keys(object.tags).length },
    ...input.PartNumber !== undefined && object.parts.length > 1 && { PartsCount: object.parts.length },
    // A checksum is of the whole: it would contradict a range.
    ...input.ChecksumMode === 'ENABLED' && input.Range === undefined && input.PartNumber === undefined && object.checksum
      && { ...checksumMember(object.checksum), ChecksumType: object.checksum.type },
  }
}

/** The bytes of the place, opened with the object's data key where it has one, from one file or part after part. */
export function readBytes(s3: S3Scope, object: ObjectRow, { start, end }: Place, key: Uint8Array | undefined): Readable {
  if (end < start) return Readable.from([])
  if (object.parts.length === 1) return readPart(s3, object.parts[0]!, key, start, end)
  return Readable.from(readParts(s3, object, { start, end }, key), { objectMode: false })
}

async function* readParts(
  s3: S3Scope, object: ObjectRow, { start, end }: { start: number, end: number }, key: Uint8Array | undefined
): AsyncGenerator<Uint8Array> {
  let offset = 0
  for (const part of object.parts) {
    const { sizeBytes } = part
    const from = Math.max(start - offset, 0)
    const to = Math.min(end - offset, sizeBytes - 1)
    if (from <= to) yield* readPart(s3, part, key, from, to)
    offset += sizeBytes
    if (offset > end) return
  }
}
