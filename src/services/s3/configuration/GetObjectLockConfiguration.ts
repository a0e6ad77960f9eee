import type { GetObjectLockConfigurationCommandInput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { bucketNamed, type S3Scope } from '../state.ts'

/** No bucket locks its objects: ObjectLockConfigurationNotFoundError. */
export async function GetObjectLockConfiguration(s3: S3Scope, input: GetObjectLockConfigurationCommandInput): Promise<never> {
  const { name } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  throw new AwsError('ObjectLockConfigurationNotFoundError', 'Object Lock configuration does not exist for this bucket', {
    status: 404, fields: { BucketName: name }
  })
}
