import type { PutBucketVersioningCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, malformedXml, notImplemented, type S3Scope } from '../state.ts'

/** Has a bucket keep versions, or stop keeping new ones. */
export async function PutBucketVersioning(s3: S3Scope, input: PutBucketVersioningCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const { Status: versioning, MFADelete } = input.VersioningConfiguration ?? {}
  if (MFADelete === 'Enabled') throw notImplemented('MfaDelete')
  if (versioning !== 'Enabled' && versioning !== 'Suspended') throw malformedXml()
  await s3.tables.buckets.put({ ...bucket, versioning })
  return {}
}
