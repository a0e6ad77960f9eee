import type { ListObjectsV2CommandInput, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { decodeToken, encodeToken } from '../../../platform/pagination.ts'
import { bucketNamed, invalidArgument, type S3Scope } from '../state.ts'
import { encoderOf, listKeys, maxKeysOf, summaryOf } from './listing.ts'

/** Objects of a bucket in the order of their keys, up to 1,000 a page; with a delimiter, keys that share a prefix count once. */
export async function ListObjectsV2(s3: S3Scope, input: ListObjectsV2CommandInput): Promise<Omit<ListObjectsV2CommandOutput, '$metadata'>> {
  const { name } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const { ContinuationToken: token, StartAfter, Prefix: prefix, Delimiter: delimiter } = input
  const max = maxKeysOf(input.MaxKeys)
  const encode = encoderOf(input.EncodingType)
  const position = token === undefined ? undefined : decodeToken('ListObjectsV2', token)
  if (token !== undefined && !position) throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token)
  const listed = await listKeys(s3, name, { prefix, delimiter, after: position ? String(position[0]) : StartAfter || undefined, max })
  return {
    Name: name, Prefix: encode(prefix ?? ''), MaxKeys: max, KeyCount: listed.objects.length + listed.commonPrefixes.length, IsTruncated: listed.isTruncated,
    ...delimiter && { Delimiter: encode(delimiter) }, ...input.EncodingType && { EncodingType: input.EncodingType },
    ...StartAfter && { StartAfter: encode(StartAfter) },
    ...token !== undefined && { ContinuationToken: token }, ...listed.isTruncated && { NextContinuationToken: encodeToken('ListObjectsV2', [listed.last!]) },
    ...listed.objects.length > 0 &&
      { Contents: listed.objects.map(object => ({ ...summaryOf(object, encode), ...input.FetchOwner && { Owner: { ID: s3.account } } })) },
    ...listed.commonPrefixes.length > 0 && { CommonPrefixes: listed.commonPrefixes.map(common => ({ Prefix: encode(common) })) },
  }
}
