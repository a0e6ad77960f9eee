import type { DeleteBucketCorsCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Takes the cross-origin rules of a bucket away. */
export async function DeleteBucketCors(s3: S3Scope, input: DeleteBucketCorsCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  await s3.tables.buckets.put({ ...bucket, configuration: { ...bucket.configuration, cors: undefined } })
  return {}
}
