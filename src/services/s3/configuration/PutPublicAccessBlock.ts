import type { PutPublicAccessBlockCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, malformedXml, type S3Scope } from '../state.ts'

/** Puts the public access block of a bucket. */
export async function PutPublicAccessBlock(s3: S3Scope, input: PutPublicAccessBlockCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const given = input.PublicAccessBlockConfiguration
  if (!given) throw malformedXml()
  await s3.tables.buckets.put({ ...bucket, configuration: { ...bucket.configuration, publicAccessBlock: given } })
  return {}
}
