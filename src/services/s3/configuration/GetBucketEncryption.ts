import type { GetBucketEncryptionCommandInput, GetBucketEncryptionCommandOutput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Gets the default encryption of a bucket; ServerSideEncryptionConfigurationNotFoundError where there is none. */
export async function GetBucketEncryption(s3: S3Scope, input: GetBucketEncryptionCommandInput): Promise<Omit<GetBucketEncryptionCommandOutput, '$metadata'>> {
  const { name, configuration } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const ServerSideEncryptionConfiguration = configuration.encryption
    ?? { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }] }
  if (!ServerSideEncryptionConfiguration) {
    throw new AwsError('ServerSideEncryptionConfigurationNotFoundError', 'The server side encryption configuration was not found', {
      status: 404, fields: { BucketName: name }
    })
  }
  return { ServerSideEncryptionConfiguration }
}
