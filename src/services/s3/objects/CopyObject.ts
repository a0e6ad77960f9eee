import type { CopyObjectCommandInput, CopyObjectCommandOutput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { longRunning } from '../../../platform/service.ts'
import { bucketNamed, invalidArgument, objectBytesMax, type BucketRow, type ObjectRow, type S3Scope } from '../state.ts'
import { checksumMember, storeBody } from './body.ts'
import { versionMember } from './find.ts'
import { describeObject } from './headers.ts'
import { keepVersion } from './keep.ts'
import { readBytes } from './read.ts'
import { encryptionMembers, keyOf, newKey, wantedKey } from './sealing.ts'
import { sourceOf } from './source.ts'

/**
 * Copies an object of up to 5 GiB: its bytes are shared, not copied, unless it or the copy is sealed under a key. Metadata and tags come along unless they
 * are replaced.
 */
export const CopyObject = longRunning(async function CopyObject(s3: S3Scope, input: CopyObjectCommandInput): Promise<Omit<CopyObjectCommandOutput,
  '$metadata'>> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const { bucket: from, object: source } = await sourceOf(s3, input)
  const { MetadataDirective: metadata = 'COPY', TaggingDirective: tagging = 'COPY' } = input
  if (metadata !== 'COPY' && metadata !== 'REPLACE') throw invalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', metadata)
  const changes = metadata !== 'COPY' || tagging !== 'COPY' || input.StorageClass !== undefined || input.ServerSideEncryption !== undefined
  if (from.name === bucket.name && source.key === input.Key && !changes && !input.CopySource?.includes('?versionId=')) {
    throw new AwsError('InvalidRequest', 'This copy request is illegal because it is trying to copy an object to itself '
      + 'without changing the object\'s metadata, storage class, website redirect location or encryption attributes.')
  }
  if (source.sizeBytes > objectBytesMax) {
    throw new AwsError('InvalidRequest', `The specified copy source is larger than the maximum allowable size for a copy source: ${objectBytesMax}`)
  }
  const given = describeObject(input)
  const bytes = await bytesOfCopy(s3, input, { from, source, bucket })
  const tags = tagging === 'REPLACE' ? given.tags : source.tags
  return s3.transact(async s3 => {
    const into = await bucketNamed(s3, bucket.name)
    const object = await keepVersion(s3, into, {
      key: input.Key!, sizeBytes: source.sizeBytes, ...metadata === 'COPY' ? { headers: source.headers, metadata: source.metadata } : given,
      ...given.storageClass && { storageClass: given.storageClass }, ...bytes, tags, ...source.checksum && { checksum: source.checksum },
    } as Parameters<typeof keepVersion>[2], 'CopyObject')
    return {
      CopyObjectResult: { ETag: `"${object.etag}"`, LastModified: new Date(object.modifiedAt), ...checksumMember(object.checksum) },
      ...encryptionMembers(object), ...versionMember(into, object), ...from.versioning !== undefined && { CopySourceVersionId: source.versionId },
    }
  })
})

/** The bytes of a copy: the source's own files, or new ones where the source or the copy is sealed. */
async function bytesOfCopy(
  s3: S3Scope, input: CopyObjectCommandInput, { from, source, bucket }: { from: BucketRow, source: ObjectRow, bucket: BucketRow }
): Promise<Pick<ObjectRow, 'etag' | 'parts' | 'encryption' | 'sealedBy'>> {
  const wanted = wantedKey(bucket, input)
  if (!wanted && !source.sealedBy) return { etag: source.etag, parts: source.parts }
  const plain = readBytes(s3, source, { start: 0, end: source.sizeBytes - 1, partial: false }, await keyOf(s3, from, source.sealedBy))
  const made = wanted && await newKey(s3, bucket, input.Key!, wanted)
  const { blob, iv } = await storeBody(s3, { Body: plain }, made?.plain)
  return {
    etag: blob.md5, parts: [{ sha256: blob.sha256, sizeBytes: blob.sizeBytes, ...iv && { iv } }],
    ...made && { encryption: 'aws:kms', sealedBy: made.sealedBy },
  }
}
