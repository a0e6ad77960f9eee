import type { GetPublicAccessBlockCommandInput, GetPublicAccessBlockCommandOutput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Gets the public access block of a bucket; NoSuchPublicAccessBlockConfiguration where there is none. */
export async function GetPublicAccessBlock(
  s3: S3Scope, input: GetPublicAccessBlockCommandInput
): Promise<Omit<GetPublicAccessBlockCommandOutput, '$metadata'>> {
  const { name, configuration } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const PublicAccessBlockConfiguration = configuration.publicAccessBlock
  if (!PublicAccessBlockConfiguration) {
    throw new AwsError('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found', {
      status: 404, fields: { BucketName: name }
    })
  }
  return { PublicAccessBlockConfiguration }
}
