import type { GetBucketAclCommandInput, GetBucketAclCommandOutput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'
import { ownersAcl } from './acl.ts'

/** The access control list of a bucket: its owner's full control. */
export async function GetBucketAcl(s3: S3Scope, input: GetBucketAclCommandInput): Promise<Omit<GetBucketAclCommandOutput, '$metadata'>> {
  return ownersAcl(await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner))
}
