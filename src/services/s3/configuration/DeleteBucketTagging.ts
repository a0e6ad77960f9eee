import type { DeleteBucketTaggingCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Takes all tags of a bucket away. */
export async function DeleteBucketTagging(s3: S3Scope, input: DeleteBucketTaggingCommandInput): Promise<object> {
  const { tags: _, ...bucket } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  await s3.tables.buckets.put(bucket)
  return {}
}
