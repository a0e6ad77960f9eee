import type { PutObjectTaggingCommandInput, PutObjectTaggingCommandOutput } from '@aws-sdk/client-s3'
import { tagsFromList } from '../../../platform/tags.ts'
import { bucketNamed, type ObjectRow, type S3Scope } from '../state.ts'
import { objectNamed, versionMember } from './find.ts'
import { checkObjectTags } from './headers.ts'

/** Puts the tags of an object in place of those it had. */
export async function PutObjectTagging(s3: S3Scope, input: PutObjectTaggingCommandInput): Promise<Omit<PutObjectTaggingCommandOutput, '$metadata'>> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const object = await objectNamed(s3, bucket, input.Key!, input.VersionId)
  const tags = tagsFromList(input.Tagging?.TagSet)
  checkObjectTags(tags)
  const { tags: _, ...rest } = object
  const row: ObjectRow = { ...rest, tags }
  const latest = await s3.tables.objects.get(bucket.name, object.key)
  await (latest?.order === object.order ? s3.tables.objects : s3.tables.versions).put(row)
  return versionMember(bucket, object)
}
