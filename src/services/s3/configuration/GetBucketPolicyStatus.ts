import type { GetBucketPolicyStatusCommandInput, GetBucketPolicyStatusCommandOutput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { bucketNamed, type S3Scope } from '../state.ts'
import { isPublic, statementsOf } from './PutBucketPolicy.ts'

/** Whether the policy of a bucket lets everybody in; NoSuchBucketPolicy where it has none. */
export async function GetBucketPolicyStatus(
  s3: S3Scope, input: GetBucketPolicyStatusCommandInput,
): Promise<Omit<GetBucketPolicyStatusCommandOutput, '$metadata'>> {
  const { name, policy } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  if (policy === undefined) throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', { status: 404, fields: { BucketName: name } })
  return { PolicyStatus: { IsPublic: isPublic(statementsOf(policy)) } }
}
