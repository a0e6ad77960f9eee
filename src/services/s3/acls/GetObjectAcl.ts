import type { GetObjectAclCommandInput, GetObjectAclCommandOutput } from '@aws-sdk/client-s3'
import { objectNamed } from '../objects/find.ts'
import { bucketNamed, type S3Scope } from '../state.ts'
import { ownersAcl } from './acl.ts'

/** The access control list of an object: the full control of the bucket's owner. */
export async function GetObjectAcl(s3: S3Scope, input: GetObjectAclCommandInput): Promise<Omit<GetObjectAclCommandOutput, '$metadata'>> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  await objectNamed(s3, bucket, input.Key!, input.VersionId)
  return ownersAcl(bucket)
}
