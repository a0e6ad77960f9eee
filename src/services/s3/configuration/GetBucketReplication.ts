import type { GetBucketReplicationCommandInput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { bucketNamed, type S3Scope } from '../state.ts'

/** No bucket is replicated: ReplicationConfigurationNotFoundError. */
export async function GetBucketReplication(s3: S3Scope, input: GetBucketReplicationCommandInput): Promise<never> {
  const { name } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  throw new AwsError('ReplicationConfigurationNotFoundError', 'The replication configuration was not found', { status: 404, fields: { BucketName: name } })
}
