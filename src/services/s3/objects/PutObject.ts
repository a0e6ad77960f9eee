import type { PutObjectCommandInput, PutObjectCommandOutput } from '@aws-sdk/client-s3'
import { longRunning } from '../../../platform/service.ts'
import { bucketNamed, type S3Scope } from '../state.ts'
import { checksumMember, storeBody } from './body.ts'
import { checkWriteConditions } from './conditions.ts'
import { versionMember } from './find.ts'
import { describeObject } from './headers.ts'
import { keepVersion } from './keep.ts'
import { encryptionMembers, newKey, wantedKey } from './sealing.ts'

/** Stores an object of up to 5 GiB: its bytes first, which may take a while, then its row. */
export const PutObject = longRunning(async function PutObject(s3: S3Scope, input: PutObjectCommandInput): Promise<Omit<PutObjectCommandOutput, '$metadata'>> {
  const key = input.Key!
  const before = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const description = describeObject(input)
  checkWriteConditions(input, key, await s3.tables.objects.get(input.Bucket!, key))
  const wanted = wantedKey(before, input)
  const made = wanted && await newKey(s3, before, key, wanted)
  const { blob, iv, checksum } = await storeBody(s3, input, made?.plain)
  const { sha256, sizeBytes, md5 } = blob
  return s3.transact(async s3 => {
    const bucket = await bucketNamed(s3, input.Bucket)
    checkWriteConditions(input, key, await s3.tables.objects.get(bucket.name, key))
    const object = await keepVersion(s3, bucket, {
      key, etag: md5, sizeBytes, parts: [{ sha256, sizeBytes, ...iv && { iv } }], ...description,
      ...made && { encryption: 'aws:kms' as const, sealedBy: made.sealedBy }, ...checksum && { checksum: { ...checksum, type: 'FULL_OBJECT' as const } },
    }, isPosted(input) ? 'POST Object' : 'PutObject')
    return {
      ETag: `"${md5}"`, ...encryptionMembers(object), ...versionMember(bucket, object), ...checksumMember(checksum),
        ...checksum && { ChecksumType: 'FULL_OBJECT' },
    }
  })
})

/** The body of a browser's form says so. */
const isPosted = ({ Body }: PutObjectCommandInput): boolean => (Body as { posted?: boolean } | undefined)?.posted === true
