import type { PutBucketEncryptionCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, malformedXml, type S3Scope } from '../state.ts'

/** Puts the default encryption of a bucket. */
export async function PutBucketEncryption(s3: S3Scope, input: PutBucketEncryptionCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const given = input.ServerSideEncryptionConfiguration
  if (!given) throw malformedXml()
  if (!given.Rules?.length) throw malformedXml()
  await s3.tables.buckets.put({ ...bucket, configuration: { ...bucket.configuration, encryption: given } })
  return {}
}
