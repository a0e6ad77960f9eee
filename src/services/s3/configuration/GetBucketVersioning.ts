import type { GetBucketVersioningCommandInput, GetBucketVersioningCommandOutput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Whether a bucket keeps versions; nothing where it never has. */
export async function GetBucketVersioning(s3: S3Scope, input: GetBucketVersioningCommandInput): Promise<Omit<GetBucketVersioningCommandOutput, '$metadata'>> {
  const { versioning } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  return versioning ? { Status: versioning } : {}
}
