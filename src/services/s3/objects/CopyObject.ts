import type { CopyObjectCommandInput, CopyObjectCommandOutput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { bucketNamed, invalidArgument, objectBytesMax, type S3Scope } from '../state.ts'
import { checksumMember } from './body.ts'
import { versionMember } from './find.ts'
import { describeObject } from './headers.ts'
import { keepVersion } from './keep.ts'
import { sourceOf } from './source.ts'

/** Copies an object of up to 5 GiB: its bytes are shared, not copied. Metadata and tags come along unless they are replaced. */
export async function CopyObject(s3: S3Scope, input: CopyObjectCommandInput): Promise<Omit<CopyObjectCommandOutput, '$metadata'>> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const { bucket: from, object: source } = await sourceOf(s3, input)
  const { MetadataDirective: metadata = 'COPY', TaggingDirective: tagging = 'COPY' } = input
  if (metadata !== 'COPY' && metadata !== 'REPLACE') throw invalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', metadata)
  if (from.name === bucket.name && source.key === input.Key && metadata === 'COPY' && tagging === 'COPY' && input.StorageClass === undefined && !input.CopySource?.includes('?versionId=')) {
    throw new AwsError('InvalidRequest', 'This copy request is illegal because it is trying to copy an object to itself without changing the object\'s metadata, '
      + 'storage class, website redirect location or encryption attributes.')
  }
  if (source.sizeBytes > objectBytesMax) {
    throw new AwsError('InvalidRequest', `The specified copy source is larger than the maximum allowable size for a copy source: ${objectBytesMax}`)
  }
  const given = describeObject(input)
  const tags = tagging === 'REPLACE' ? given.tags : source.tags
  const object = await keepVersion(s3, bucket, {
    key: input.Key!, etag: source.etag, sizeBytes: source.sizeBytes, parts: source.parts, ...metadata === 'COPY' ? { headers: source.headers, metadata: source.metadata } : given,
    ...given.storageClass && { storageClass: given.storageClass }, ...given.encryption && { encryption: given.encryption }, tags, ...source.checksum && { checksum: source.checksum },
  } as Parameters<typeof keepVersion>[2], 'CopyObject')
  return {
    CopyObjectResult: { ETag: `"${object.etag}"`, LastModified: new Date(object.modifiedAt), ...checksumMember(object.checksum) },
    ServerSideEncryption: object.encryption ?? 'AES256',
    ...versionMember(bucket, object), ...from.versioning !== undefined && { CopySourceVersionId: source.versionId },
  }
}
