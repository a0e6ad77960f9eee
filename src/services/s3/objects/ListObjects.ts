import type { ListObjectsCommandInput, ListObjectsCommandOutput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'
import { encoderOf, listKeys, maxKeysOf, summaryOf } from './listing.ts'

/** The older list: pages go on after a marker, which is a key. */
export async function ListObjects(s3: S3Scope, input: ListObjectsCommandInput): Promise<Omit<ListObjectsCommandOutput, '$metadata'>> {
  const { name, account } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const { Marker: marker, Prefix: prefix, Delimiter: delimiter } = input
  const max = maxKeysOf(input.MaxKeys)
  const encode = encoderOf(input.EncodingType)
  const listed = await listKeys(s3, name, { prefix, delimiter, after: marker || undefined, max })
  return {
    Name: name, Prefix: encode(prefix ?? ''), Marker: encode(marker ?? ''), MaxKeys: max, IsTruncated: listed.isTruncated,
    ...delimiter && { Delimiter: encode(delimiter) }, ...input.EncodingType && { EncodingType: input.EncodingType },
    // Only where there is a delimiter; otherwise the last key is the next marker.
    ...listed.isTruncated && delimiter && { NextMarker: encode(listed.last!) },
    ...listed.objects.length > 0 && { Contents: listed.objects.map(object => ({ ...summaryOf(object, encode), Owner: { ID: account } })) },
    ...listed.commonPrefixes.length > 0 && { CommonPrefixes: listed.commonPrefixes.map(common => ({ Prefix: encode(common) })) },
  }
}
