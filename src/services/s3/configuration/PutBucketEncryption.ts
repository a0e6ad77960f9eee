import type { PutBucketEncryptionCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, malformedXml, notImplemented, type S3Scope } from '../state.ts'

/** Puts the default encryption of a bucket. */
export async function PutBucketEncryption(s3: S3Scope, input: PutBucketEncryptionCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const given = input.ServerSideEncryptionConfiguration
  if (!given) throw malformedXml()
  if (!given.Rules?.length) throw malformedXml()
  for (const { ApplyServerSideEncryptionByDefault: rule } of given.Rules) {
    const algorithm = rule?.SSEAlgorithm
    if (algorithm !== undefined && algorithm !== 'AES256' && algorithm !== 'aws:kms') throw notImplemented('x-amz-server-side-encryption')
  }
  await s3.tables.buckets.put({ ...bucket, configuration: { ...bucket.configuration, encryption: given } })
  return {}
}
