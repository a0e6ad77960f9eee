import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { AwsError } from '../../../platform/errors.ts'
import { bucketArn, invalidArgument, type BucketRow, type ObjectPart, type S3Scope, type SealedBy } from '../state.ts'

// Objects under a key of KMS are sealed with AES-256 in counter mode, which keeps lengths and opens from any place on; each part has a nonce of its own.
// That they are what was put is what their checksums and the names of their files say.

const blockBytes = 16

/** What a request, or its bucket's default, says of a key. Undefined: none. */
export interface Wanted { keyId: string, bucketKey: boolean }

interface Given { ServerSideEncryption?: string | undefined, SSEKMSKeyId?: string | undefined, BucketKeyEnabled?: boolean | undefined }

export function wantedKey(bucket: BucketRow, given: Given): Wanted | undefined {
  const rule = bucket.configuration.encryption?.Rules?.[0]
  const byDefault = rule?.ApplyServerSideEncryptionByDefault
  const { ServerSideEncryption: algorithm = byDefault?.SSEAlgorithm, SSEKMSKeyId: keyId } = given
  if (keyId !== undefined && given.ServerSideEncryption !== 'aws:kms') {
    throw invalidArgument('Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
      'x-amz-server-side-encryption', given.ServerSideEncryption ?? 'null')
  }
  if (algorithm !== 'aws:kms') return undefined
  const own = given.ServerSideEncryption === undefined ? byDefault?.KMSMasterKeyID : keyId
  return { keyId: own ?? 'alias/aws/s3', bucketKey: given.BucketKeyEnabled ?? rule?.BucketKeyEnabled ?? false }
}

/** A data key for an object that is about to be written, as the caller, who needs kms:GenerateDataKey. */
export async function newKey(s3: S3Scope, bucket: BucketRow, key: string, { keyId, bucketKey }: Wanted): Promise<{ plain: Uint8Array, sealedBy: SealedBy }> {
  const context = contextOf(s3, bucket.name, key, bucketKey)
  const made = await kmsOf(s3, bucket).GenerateDataKey({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: context }).catch(rethrow)
  return { plain: made.Plaintext!, sealedBy: { keyArn: made.KeyId!, dataKey: made.CiphertextBlob!, context, ...bucketKey && { bucketKey } } }
}

/** The data key of an object that stands, as the caller, who needs kms:Decrypt. */
export async function keyOf(s3: S3Scope, bucket: BucketRow, sealedBy: SealedBy | undefined): Promise<Uint8Array | undefined> {
  if (!sealedBy) return undefined
  const { keyArn, dataKey, context } = sealedBy
  return (await kmsOf(s3, bucket).Decrypt({ KeyId: keyArn, CiphertextBlob: dataKey, EncryptionContext: context }).catch(rethrow)).Plaintext!
}

const kmsOf = (s3: S3Scope, bucket: BucketRow) => s3.in({ region: bucket.region }).aws.kms

const contextOf = (s3: S3Scope, bucket: string, key: string, bucketKey: boolean) =>
  ({ 'aws:s3:arn': bucketKey ? bucketArn(s3, bucket) : `${bucketArn(s3, bucket)}/${key}` })

function rethrow(error: unknown): never {
  if (!(error instanceof AwsError) || error.status >= 500) throw error
  if (error.code === 'AccessDeniedException') throw new AwsError('AccessDenied', error.message, { status: 403 })
  throw new AwsError(`KMS.${error.code.replace(/^KMS/, '')}`, error.message, { status: 400 })
}

/** Encrypts what passes through; `md5` is that of the plain bytes, once all have passed. */
export function sealing(key: Uint8Array, body: Uint8Array | AsyncIterable<Uint8Array>): { sealed: AsyncIterable<Uint8Array>, iv: string, md5: () => string } {
  const iv = randomBytes(blockBytes)
  const cipher = createCipheriv('aes-256-ctr', key, iv)
  const hash = createHash('md5')
  async function* sealed(): AsyncGenerator<Uint8Array> {
    for await (const piece of body instanceof Uint8Array ? [body] : body) {
      hash.update(piece)
      yield cipher.update(piece)
    }
  }
  return { sealed: sealed(), iv: iv.toString('base64'), md5: () => hash.digest('hex') }
}

/** The bytes `[start, end]` of a part, in the clear. */
export function readPart(s3: S3Scope, part: ObjectPart, key: Uint8Array | undefined, start = 0, end = part.sizeBytes - 1): Readable {
  if (part.iv === undefined) return s3.blobs.read(part.sha256, { start, end })
  // The counter of the block that the range begins in; what of that block lies before is thrown away.
  const block = Math.floor(start / blockBytes)
  const counter = (BigInt(`0x${Buffer.from(part.iv, 'base64').toString('hex')}`) + BigInt(block)) % 2n ** 128n
  const decipher = createDecipheriv('aes-256-ctr', key!, Buffer.from(counter.toString(16).padStart(32, '0'), 'hex'))
  const from = block * blockBytes
  const source = s3.blobs.read(part.sha256, { start: from, end })
  return Readable.from(opened(source, decipher, start - from), { objectMode: false })
}

async function* opened(source: Readable, decipher: { update(bytes: Uint8Array): Buffer }, skipped: number): AsyncGenerator<Uint8Array> {
  let skip = skipped
  for await (const piece of source) {
    const plain = decipher.update(piece)
    const rest = plain.subarray(skip)
    skip = Math.max(0, skip - plain.length)
    if (rest.length > 0) yield rest
  }
}

/** How an answer tells of an object's encryption. */
export const encryptionMembers = ({ encryption, sealedBy }: { encryption?: 'aws:kms' | undefined, sealedBy?: SealedBy | undefined }) => ({
  ServerSideEncryption: encryption ?? 'AES256' as const, ...sealedBy && { SSEKMSKeyId: sealedBy.keyArn },
  ...sealedBy?.bucketKey && { BucketKeyEnabled: true },
})
