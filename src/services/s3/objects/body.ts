import type { Readable } from 'node:stream'
import { AwsError } from '../../../platform/errors.ts'
import { BlobTooLargeError, type Blob } from '../../../platform/blobs.ts'
import { checksum, checksumNames, type Checksum, type ChecksumName } from '../../../platform/checksums.ts'
import { invalidArgument, objectBytesMax, type ObjectPart, type S3Scope } from '../state.ts'
import { readPart, sealing } from './sealing.ts'

/** What says how a body must come out: of PutObject and UploadPart. */
export interface CheckedInput {
  Body?: unknown
  ContentLength?: number | undefined
  ContentMD5?: string | undefined
  ChecksumAlgorithm?: string | undefined
}

export interface StoredBody { blob: Blob, iv?: string, checksum?: { algorithm: string, value: string } }

const memberOf = (name: ChecksumName) => `Checksum${name.toUpperCase()}`

/** The checksums as members of an output: `{ ChecksumCRC32: '…' }`. */
export const checksumMember = (given: { algorithm: string, value: string } | undefined): Record<string, string> =>
  given ? { [`Checksum${given.algorithm}`]: given.value } : {}

/**
 * Stores the body and checks it against Content-MD5 and the x-amz-checksum of the headers or the trailers: BadDigest, InvalidDigest,
 * EntityTooLarge (5 GiB), IncompleteBody. With a data key it is sealed on its way, and its file's MD5 is not that of the body.
 */
export async function storeBody(s3: S3Scope, input: CheckedInput, key?: Uint8Array): Promise<StoredBody> {
  const body = bodyOf(input.Body)
  const md5 = input.ContentMD5
  if (md5 !== undefined && Buffer.from(md5, 'base64').length !== 16) {
    throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.', { fields: { 'Content-MD5': md5 } })
  }
  const given = checksumNames.filter(name => (input as Record<string, unknown>)[memberOf(name)] !== undefined)
  if (given.length > 1) throw new AwsError('InvalidRequest', 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.')
  const wanted = given[0] ?? algorithmOf(input.ChecksumAlgorithm)
  const running = wanted === undefined ? undefined : checksum(wanted)
  const checked = running ? summed(body, running) : body
  const sealed = key && sealing(key, checked)
  const blob = await put(s3, sealed?.sealed ?? checked)
  const bodyMd5 = sealed?.md5() ?? blob.md5
  // A body that is not chunked may be Node's own request, whose trailers are something else.
  const sent = (input.Body as { trailers?: unknown } | undefined)?.trailers
  const trailers: Map<string, string> | undefined = sent instanceof Map ? sent : undefined
  // The length of chunks is theirs; that of what they hold was checked as they were decoded.
  if (!trailers && input.ContentLength !== undefined && input.ContentLength !== blob.sizeBytes) {
    throw new AwsError('IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header')
  }
  if (md5 !== undefined && md5 !== Buffer.from(bodyMd5, 'hex').toString('base64')) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
      fields: { ExpectedDigest: md5, CalculatedDigest: Buffer.from(bodyMd5, 'hex').toString('base64') },
    })
  }
  const trailing = checksumNames.find(name => trailers?.has(`x-amz-checksum-${name}`))
  const algorithm = given[0] ?? trailing ?? wanted
  const stored = { blob, ...sealed && { iv: sealed.iv } }
  if (algorithm === undefined) return stored
  const value = algorithm === wanted ? running!.digest() : await checksumOfPart(s3, { ...blob, ...stored }, key, algorithm)
  const expected = (input as Record<string, string | undefined>)[memberOf(algorithm)] ?? trailers?.get(`x-amz-checksum-${algorithm}`)
  if (expected !== undefined && expected !== value) throw badChecksum(algorithm, expected)
  return { ...stored, checksum: { algorithm: algorithm.toUpperCase(), value } }
}

function badChecksum(name: ChecksumName, expected: string): AwsError {
  const lengths = { crc32: 4, crc32c: 4, crc64nvme: 8, sha1: 20, sha256: 32 }
  if (Buffer.from(expected, 'base64').length !== lengths[name]) return new AwsError('InvalidRequest', `Value for x-amz-checksum-${name} header is invalid.`)
  return new AwsError('BadDigest', `The ${name.toUpperCase()} you specified did not match the calculated checksum.`)
}

function algorithmOf(given: string | undefined): ChecksumName | undefined {
  if (given === undefined) return undefined
  const name = given.toLowerCase() as ChecksumName
  if (checksumNames.includes(name)) return name
  throw invalidArgument('Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    'x-amz-sdk-checksum-algorithm', given)
}

async function put(s3: S3Scope, body: Uint8Array | AsyncIterable<Uint8Array>): Promise<Blob> {
  try {
    return await s3.blobs.put(body, { maxBytes: objectBytesMax })
  } catch (error) {
    if (!(error instanceof BlobTooLargeError)) throw error
    throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', { fields: { MaxSizeAllowed: objectBytesMax } })
  }
}

async function* summed(body: Uint8Array | AsyncIterable<Uint8Array>, running: Checksum): AsyncGenerator<Uint8Array> {
  for await (const piece of body instanceof Uint8Array ? [body] : body) {
    running.update(piece)
    yield piece
  }
}

/** The checksum of bytes that are stored already, in base64. */
export async function checksumOfPart(s3: S3Scope, part: ObjectPart, key: Uint8Array | undefined, algorithm: ChecksumName): Promise<string> {
  const running = checksum(algorithm)
  if (part.sizeBytes > 0) for await (const piece of readPart(s3, part, key)) running.update(piece)
  return running.digest()
}

function bodyOf(body: unknown): Uint8Array | Readable {
  if (body === undefined) return new Uint8Array(0)
  if (typeof body === 'string') return Buffer.from(body)
  return body as Uint8Array | Readable
}
