import type { UploadPartCommandInput, UploadPartCommandOutput } from '@aws-sdk/client-s3'
import { longRunning } from '../../../platform/service.ts'
import { checksumMember, storeBody } from '../objects/body.ts'
import { encryptionMembers, keyOf } from '../objects/sealing.ts'
import { bucketNamed, invalidArgument, type S3Scope } from '../state.ts'
import { uploadNamed } from './uploads.ts'

export function checkPartNumber(partNumber: number | undefined): void {
  if (Number.isInteger(partNumber) && partNumber! >= 1 && partNumber! <= 10_000) return
  throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', String(partNumber))
}

/** Stores a part; one that has the number already is replaced. */
export const UploadPart = longRunning(async function UploadPart(s3: S3Scope, input: UploadPartCommandInput): Promise<Omit<UploadPartCommandOutput,
  '$metadata'>> {
  const { Key: key, UploadId: uploadId, PartNumber: partNumber } = input
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const { name } = bucket
  checkPartNumber(partNumber)
  const upload = await uploadNamed(s3, name, key!, uploadId!)
  const { checksumAlgorithm } = upload
  const dataKey = await keyOf(s3, bucket, upload.sealedBy)
  const { blob, iv, checksum } = await storeBody(s3, { ...checksumAlgorithm && { ChecksumAlgorithm: checksumAlgorithm }, ...input }, dataKey)
  return s3.transact(async s3 => {
    await uploadNamed(s3, name, key!, uploadId!)
    await s3.tables.parts.put({
      uploadId: uploadId!, partNumber: partNumber!, etag: blob.md5, sha256: blob.sha256, sizeBytes: blob.sizeBytes, ...iv && { iv }, modifiedAt: s3.now(),
        ...checksum && { checksum },
    })
    return { ETag: `"${blob.md5}"`, ...encryptionMembers(upload), ...checksumMember(checksum) }
  })
})
