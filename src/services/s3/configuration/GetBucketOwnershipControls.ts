import type { GetBucketOwnershipControlsCommandInput, GetBucketOwnershipControlsCommandOutput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Gets the ownership controls of a bucket; OwnershipControlsNotFoundError where there is none. */
export async function GetBucketOwnershipControls(
  s3: S3Scope, input: GetBucketOwnershipControlsCommandInput
): Promise<Omit<GetBucketOwnershipControlsCommandOutput, '$metadata'>> {
  const { name, configuration } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const OwnershipControls = configuration.ownership
  if (!OwnershipControls) {
    throw new AwsError('OwnershipControlsNotFoundError', 'The bucket ownership controls were not found', { status: 404, fields: { BucketName: name } })
  }
  return { OwnershipControls }
}
