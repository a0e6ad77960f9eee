import type { GetBucketCorsCommandInput, GetBucketCorsCommandOutput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { bucketNamed, type S3Scope } from '../state.ts'

/** The cross-origin rules of a bucket; NoSuchCORSConfiguration where it has none. */
export async function GetBucketCors(s3: S3Scope, input: GetBucketCorsCommandInput): Promise<Omit<GetBucketCorsCommandOutput, '$metadata'>> {
  const { name, configuration } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  if (configuration.cors) return { CORSRules: configuration.cors }
  throw new AwsError('NoSuchCORSConfiguration', 'The CORS configuration does not exist', { status: 404, fields: { BucketName: name } })
}
