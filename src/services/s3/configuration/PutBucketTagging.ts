import type { PutBucketTaggingCommandInput } from '@aws-sdk/client-s3'
import { tagsFromList, tagsPerResourceMax } from '../../../platform/tags.ts'
import { checkObjectTags } from '../objects/headers.ts'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Puts the tags of a bucket in place of those it had. */
export async function PutBucketTagging(s3: S3Scope, input: PutBucketTaggingCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const tags = tagsFromList(input.Tagging?.TagSet)
  checkObjectTags(tags, tagsPerResourceMax)
  await s3.tables.buckets.put({ ...bucket, tags })
  return {}
}
