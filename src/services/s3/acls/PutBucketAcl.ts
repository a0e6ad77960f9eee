import type { PutBucketAclCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'
import { checkAcl } from './acl.ts'

/** Takes the list that a bucket has anyway, and no other. */
export async function PutBucketAcl(s3: S3Scope, input: PutBucketAclCommandInput): Promise<object> {
  checkAcl(await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner), input)
  return {}
}
