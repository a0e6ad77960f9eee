import type { DeleteObjectTaggingCommandInput, DeleteObjectTaggingCommandOutput } from '@aws-sdk/client-s3'
import { bucketNamed, type ObjectRow, type S3Scope } from '../state.ts'
import { objectNamed, versionMember } from './find.ts'

/** Takes all tags of an object away. */
export async function DeleteObjectTagging(s3: S3Scope, input: DeleteObjectTaggingCommandInput): Promise<Omit<DeleteObjectTaggingCommandOutput, '$metadata'>> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const object = await objectNamed(s3, bucket, input.Key!, input.VersionId)
  const { tags: _, ...rest } = object
  const row: ObjectRow = rest
  const latest = await s3.tables.objects.get(bucket.name, object.key)
  await (latest?.order === object.order ? s3.tables.objects : s3.tables.versions).put(row)
  return versionMember(bucket, object)
}
