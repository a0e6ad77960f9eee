import type { DeleteBucketOwnershipControlsCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Takes the ownership controls of a bucket away. */
export async function DeleteBucketOwnershipControls(s3: S3Scope, input: DeleteBucketOwnershipControlsCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  await s3.tables.buckets.put({ ...bucket, configuration: { ...bucket.configuration, ownership: undefined } })
  return {}
}
