import type { GetBucketLoggingCommandInput, GetBucketLoggingCommandOutput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Where a bucket's server access logs go: nowhere, which is an empty answer. */
export async function GetBucketLogging(s3: S3Scope, input: GetBucketLoggingCommandInput): Promise<Omit<GetBucketLoggingCommandOutput, '$metadata'>> {
  await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  return {}
}
