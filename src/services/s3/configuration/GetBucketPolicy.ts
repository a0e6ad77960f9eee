import type { GetBucketPolicyCommandInput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { bucketNamed, type S3Scope } from '../state.ts'

/** The policy of a bucket as it was put; NoSuchBucketPolicy where there is none. */
export async function GetBucketPolicy(s3: S3Scope, input: GetBucketPolicyCommandInput): Promise<{ Policy: string }> {
  const { name, policy } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  if (policy === undefined) throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', { status: 404, fields: { BucketName: name } })
  return { Policy: policy }
}
