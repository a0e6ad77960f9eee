import type { PutBucketOwnershipControlsCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, malformedXml, notImplemented, type S3Scope } from '../state.ts'

/** Puts the ownership controls of a bucket. */
export async function PutBucketOwnershipControls(s3: S3Scope, input: PutBucketOwnershipControlsCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const given = input.OwnershipControls
  if (!given) throw malformedXml()
  // Fogbank keeps no access control lists, so that ownership by ACLs would mean nothing.
  if (given.Rules?.[0]?.ObjectOwnership === 'ObjectWriter') throw notImplemented('ObjectOwnership')
  await s3.tables.buckets.put({ ...bucket, configuration: { ...bucket.configuration, ownership: given } })
  return {}
}
