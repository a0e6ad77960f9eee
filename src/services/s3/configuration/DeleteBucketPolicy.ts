import type { DeleteBucketPolicyCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Takes the policy of a bucket away. */
export async function DeleteBucketPolicy(s3: S3Scope, input: DeleteBucketPolicyCommandInput): Promise<object> {
  const { policy: _, ...bucket } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  await s3.tables.buckets.put(bucket)
  return {}
}
