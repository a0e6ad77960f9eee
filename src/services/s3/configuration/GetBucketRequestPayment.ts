import type { GetBucketRequestPaymentCommandInput, GetBucketRequestPaymentCommandOutput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Who pays for requests: the owner of the bucket. */
export async function GetBucketRequestPayment(
  s3: S3Scope, input: GetBucketRequestPaymentCommandInput
): Promise<Omit<GetBucketRequestPaymentCommandOutput, '$metadata'>> {
  await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  return { Payer: 'BucketOwner' }
}
