import type { GetObjectAttributesCommandInput, GetObjectAttributesCommandOutput } from '@aws-sdk/client-s3'
import { bucketNamed, invalidArgument, type S3Scope } from '../state.ts'
import { checksumMember } from './body.ts'
import { objectNamed, versionMember } from './find.ts'

const known = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']

/** What is asked for of an object's attributes. Of an upload in parts it tells how many they were; their own checksums are not kept. */
export async function GetObjectAttributes(
  s3: S3Scope, input: GetObjectAttributesCommandInput,
): Promise<Omit<GetObjectAttributesCommandOutput, '$metadata'>> {
  const asked: readonly string[] = input.ObjectAttributes ?? []
  const unknown = asked.find(name => !known.includes(name))
  if (unknown !== undefined) throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', unknown)
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const object = await objectNamed(s3, bucket, input.Key!, input.VersionId)
  const { checksum, parts } = object
  return {
    LastModified: new Date(object.modifiedAt), ...versionMember(bucket, object), ...asked.includes('ETag') && { ETag: object.etag },
    ...asked.includes('Checksum') && checksum && { Checksum: { ...checksumMember(checksum), ChecksumType: checksum.type } },
    // An upload in parts has their number in its entity tag.
    ...asked.includes('ObjectParts') && object.etag.includes('-') && { ObjectParts: { TotalPartsCount: parts.length } },
    ...asked.includes('StorageClass') && { StorageClass: (object.storageClass ?? 'STANDARD') as 'STANDARD' },
    ...asked.includes('ObjectSize') && { ObjectSize: object.sizeBytes },
  }
}
