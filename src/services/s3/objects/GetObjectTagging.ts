import type { GetObjectTaggingCommandInput, GetObjectTaggingCommandOutput } from '@aws-sdk/client-s3'
import { tagsToList } from '../../../platform/tags.ts'
import { bucketNamed, type S3Scope } from '../state.ts'
import { objectNamed, versionMember } from './find.ts'

/** The tags of an object. */
export async function GetObjectTagging(s3: S3Scope, input: GetObjectTaggingCommandInput): Promise<Omit<GetObjectTaggingCommandOutput, '$metadata'>> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const object = await objectNamed(s3, bucket, input.Key!, input.VersionId)
  return { TagSet: tagsToList(object.tags ?? {}), ...versionMember(bucket, object) }
}
