import type { DeleteBucketEncryptionCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Takes the default encryption of a bucket away. */
export async function DeleteBucketEncryption(s3: S3Scope, input: DeleteBucketEncryptionCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  await s3.tables.buckets.put({ ...bucket, configuration: { ...bucket.configuration, encryption: undefined } })
  return {}
}
