import type { DeleteBucketLifecycleCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Takes the lifecycle rules of a bucket away. */
export async function DeleteBucketLifecycle(s3: S3Scope, input: DeleteBucketLifecycleCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  await s3.tables.buckets.put({ ...bucket, configuration: { ...bucket.configuration, lifecycle: undefined } })
  s3.in({ account: bucket.account, region: bucket.region }).cancel('expire', bucket.name)
  return {}
}
