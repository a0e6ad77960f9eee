import type { DeletePublicAccessBlockCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Takes the public access block of a bucket away. */
export async function DeletePublicAccessBlock(s3: S3Scope, input: DeletePublicAccessBlockCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  await s3.tables.buckets.put({ ...bucket, configuration: { ...bucket.configuration, publicAccessBlock: undefined } })
  return {}
}
