import type { BucketLocationConstraint, GetBucketLocationCommandInput, GetBucketLocationCommandOutput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'

/** The bucket's region; nothing for us-east-1. */
export async function GetBucketLocation(s3: S3Scope, input: GetBucketLocationCommandInput): Promise<Omit<GetBucketLocationCommandOutput, '$metadata'>> {
  const { region } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  return region === 'us-east-1' ? {} : { LocationConstraint: region as BucketLocationConstraint }
}
