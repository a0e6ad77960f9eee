import type { DeleteObjectCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, notImplemented, type S3Scope } from '../state.ts'
import { checkWriteConditions } from './conditions.ts'
import { removeObject, type Removed } from './remove.ts'

/** Deletes an object or a version of it. */
export async function DeleteObject(s3: S3Scope, input: DeleteObjectCommandInput): Promise<Removed> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  if (input.IfMatchLastModifiedTime || input.IfMatchSize !== undefined) throw notImplemented('x-amz-if-match-size')
  if (input.IfMatch !== undefined) checkWriteConditions({ IfMatch: input.IfMatch }, input.Key!, await s3.tables.objects.get(bucket.name, input.Key!))
  return removeObject(s3, bucket, input.Key!, input.VersionId, 'DeleteObject')
}
