import type { GetBucketAccelerateConfigurationCommandInput, GetBucketAccelerateConfigurationCommandOutput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'

/** A bucket whose transfers were never accelerated has an empty answer. */
export async function GetBucketAccelerateConfiguration(
  s3: S3Scope, input: GetBucketAccelerateConfigurationCommandInput
): Promise<Omit<GetBucketAccelerateConfigurationCommandOutput, '$metadata'>> {
  await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  return {}
}
