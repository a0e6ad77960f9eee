import type { GetBucketWebsiteCommandInput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { bucketNamed, type S3Scope } from '../state.ts'

/** No bucket is a website here: NoSuchWebsiteConfiguration. */
export async function GetBucketWebsite(s3: S3Scope, input: GetBucketWebsiteCommandInput): Promise<never> {
  const { name } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  throw new AwsError('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration', { status: 404, fields: { BucketName: name } })
}
