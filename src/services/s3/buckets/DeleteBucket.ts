import type { DeleteBucketCommandInput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Deletes a bucket that has neither objects, versions nor delete markers; unfinished uploads go with it. */
export async function DeleteBucket(s3: S3Scope, input: DeleteBucketCommandInput): Promise<object> {
  const { name } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const [object] = await s3.tables.objects.list({ prefix: [name], limit: 1 })
  if (object) throw new AwsError('BucketNotEmpty', object.isDeleteMarker || object.versionId !== 'null'
    ? 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.'
    : 'The bucket you tried to delete is not empty', { status: 409, fields: { BucketName: name } })
  for (const upload of await s3.tables.uploads.list({ prefix: [name] })) {
    for (const part of await s3.tables.parts.list({ prefix: [upload.uploadId] })) await s3.tables.parts.delete(part.uploadId, part.partNumber)
    await s3.tables.uploads.delete(name, upload.key, upload.uploadId)
  }
  await s3.tables.buckets.delete(name)
  return {}
}
