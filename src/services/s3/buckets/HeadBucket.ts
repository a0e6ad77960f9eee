import type { HeadBucketCommandInput, HeadBucketCommandOutput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Whether the bucket is there, and where. */
export async function HeadBucket(s3: S3Scope, input: HeadBucketCommandInput): Promise<Omit<HeadBucketCommandOutput, '$metadata'>> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  return { BucketRegion: bucket.region, AccessPointAlias: false, BucketArn: `arn:${s3.partition}:s3:::${bucket.name}` }
}
