import type { PutObjectAclCommandInput } from '@aws-sdk/client-s3'
import { objectNamed } from '../objects/find.ts'
import { bucketNamed, type S3Scope } from '../state.ts'
import { checkAcl } from './acl.ts'

/** Takes the list that an object has anyway, and no other. */
export async function PutObjectAcl(s3: S3Scope, input: PutObjectAclCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  await objectNamed(s3, bucket, input.Key!, input.VersionId)
  checkAcl(bucket, input)
  return {}
}
