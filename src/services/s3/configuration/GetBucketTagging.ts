import type { GetBucketTaggingCommandInput, GetBucketTaggingCommandOutput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { tagsToList } from '../../../platform/tags.ts'
import { bucketNamed, type S3Scope } from '../state.ts'

/** The tags of a bucket; NoSuchTagSet where it has none. */
export async function GetBucketTagging(s3: S3Scope, input: GetBucketTaggingCommandInput): Promise<Omit<GetBucketTaggingCommandOutput, '$metadata'>> {
  const { name, tags } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  if (!tags || Object.keys(tags).length === 0) throw new AwsError('NoSuchTagSet', 'The TagSet does not exist', { status: 404, fields: { BucketName: name } })
  return { TagSet: tagsToList(tags) }
}
