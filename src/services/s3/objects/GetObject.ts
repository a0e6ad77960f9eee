import type { GetObjectCommandInput, GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { longRunning } from '../../../platform/service.ts'
import { bucketNamed, type S3Scope } from '../state.ts'
import { checkReadConditions } from './conditions.ts'
import { objectNamed } from './find.ts'
import { keyOf } from './sealing.ts'
import { partMembers, placeOf, readBytes, readMembers } from './read.ts'

/** An object, a range or a part of it, as a stream. */
export const GetObject = longRunning(async function GetObject(s3: S3Scope, input: GetObjectCommandInput): Promise<Omit<GetObjectCommandOutput, '$metadata'>> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const object = await objectNamed(s3, bucket, input.Key!, input.VersionId)
  if (input.SSECustomerKey !== undefined) throw new AwsError('InvalidRequest', 'The encryption parameters are not applicable to this object.')
  if (s3.principal.type === 'anonymous' && Object.keys(input).some(name => name.startsWith('Response'))) {
    throw new AwsError('InvalidRequest', 'Request specific response headers cannot be used for anonymous GET requests.')
  }
  checkReadConditions(input, object)
  const place = placeOf(object, input)
  const key = await keyOf(s3, bucket, object.sealedBy)
  return { Body: readBytes(s3, object, place, key), ...readMembers(bucket, object, input), ...partMembers(object,
    place) } as unknown as Omit<GetObjectCommandOutput, '$metadata'>
})
