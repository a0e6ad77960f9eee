import type { ListBucketsCommandInput, ListBucketsCommandOutput } from '@aws-sdk/client-s3'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { invalidArgument, type BucketRow, type S3Scope } from '../state.ts'

/** The caller's buckets by name; all at once unless `MaxBuckets` is given. */
export async function ListBuckets(s3: S3Scope, input: ListBucketsCommandInput): Promise<Omit<ListBucketsCommandOutput, '$metadata'>> {
  const { Prefix: prefix = '', ContinuationToken: token, MaxBuckets: max = 10_000 } = input
  const after = token === undefined ? undefined : decodeToken('ListBuckets', token) as [string] | undefined
  if (token !== undefined && !after) throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token)
  const found: BucketRow[] = []
  for await (const bucket of s3.tables.buckets.each(after ? { after } : { from: [prefix] })) {
    if (!bucket.name.startsWith(prefix)) break
    if (bucket.account !== s3.account || (input.BucketRegion !== undefined && bucket.region !== input.BucketRegion)) continue
    found.push(bucket)
    if (found.length > max) break
  }
  const { page, last } = pageOf(found, max)
  return {
    Buckets: page.map(
      ({ name, createdAt, region }) => ({ Name: name, CreationDate: new Date(createdAt), BucketRegion: region, BucketArn: `arn:${s3.partition}:s3:::${name}` })
    ),
    Owner: { ID: s3.account }, ...input.Prefix !== undefined && { Prefix: prefix }, ...last && { ContinuationToken: encodeToken('ListBuckets', [last.name]) },
  }
}
