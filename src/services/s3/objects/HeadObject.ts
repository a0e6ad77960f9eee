import type { HeadObjectCommandInput, HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { bucketNamed, type S3Scope } from '../state.ts'
import { checkReadConditions } from './conditions.ts'
import { objectNamed } from './find.ts'
import { partMembers, placeOf, readMembers } from './read.ts'

/** What GetObject would answer, without the bytes. Its errors have no body, so that only their status tells them apart. */
export async function HeadObject(s3: S3Scope, input: HeadObjectCommandInput): Promise<Omit<HeadObjectCommandOutput, '$metadata'>> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const object = await objectNamed(s3, bucket, input.Key!, input.VersionId)
  if (input.SSECustomerKey !== undefined) throw new AwsError('InvalidRequest', 'The encryption parameters are not applicable to this object.')
  checkReadConditions(input, object)
  const place = placeOf(object, input)
  return { ...readMembers(bucket, object, input), ...partMembers(object, place) } as Omit<HeadObjectCommandOutput, '$metadata'>
}
