import type { GetBucketLifecycleConfigurationCommandInput, GetBucketLifecycleConfigurationCommandOutput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { bucketNamed, type S3Scope } from '../state.ts'

/** The lifecycle rules of a bucket; NoSuchLifecycleConfiguration where it has none. */
export async function GetBucketLifecycleConfiguration(
  s3: S3Scope, input: GetBucketLifecycleConfigurationCommandInput,
): Promise<Omit<GetBucketLifecycleConfigurationCommandOutput, '$metadata'>> {
  const { name, configuration } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  if (configuration.lifecycle) return { Rules: configuration.lifecycle }
  throw new AwsError('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', { status: 404, fields: { BucketName: name } })
}
