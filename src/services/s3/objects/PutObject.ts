import type { PutObjectCommandInput, PutObjectCommandOutput } from '@aws-sdk/client-s3'
import { longRunning } from '../../../platform/service.ts'
import { bucketNamed, type S3Scope } from '../state.ts'
import { checksumMember, storeBody } from './body.ts'
import { checkWriteConditions } from './conditions.ts'
import { versionMember } from './find.ts'
import { describeObject } from './headers.ts'
import { keepVersion } from './keep.ts'

/** Stores an object of up to 5 GiB: its bytes first, which may take a while, then its row. */
export const PutObject = longRunning(async function PutObject(s3: S3Scope, input: PutObjectCommandInput): Promise<Omit<PutObjectCommandOutput, '$metadata'>> {
  const key = input.Key!
  await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const description = describeObject(input)
  checkWriteConditions(input, key, await s3.tables.objects.get(input.Bucket!, key))
  const { blob, checksum } = await storeBody(s3, input)
  const { sha256, sizeBytes, md5 } = blob
  return s3.transact(async s3 => {
    const bucket = await bucketNamed(s3, input.Bucket)
    checkWriteConditions(input, key, await s3.tables.objects.get(bucket.name, key))
    const object = await keepVersion(s3, bucket, {
      key, etag: md5, sizeBytes, parts: [{ sha256, sizeBytes }], ...description, ...checksum && { checksum: { ...checksum, type: 'FULL_OBJECT' as const } },
    }, 'PutObject')
    return {
      ETag: `"${md5}"`, ServerSideEncryption: object.encryption ?? 'AES256', ...versionMember(bucket, object), ...checksumMember(checksum), ...checksum && { ChecksumType: 'FULL_OBJECT' },
    }
  })
})
