import type { UploadPartCopyCommandInput, UploadPartCopyCommandOutput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { longRunning } from '../../../platform/service.ts'
import { checksumMember, storeBody } from '../objects/body.ts'
import { readBytes } from '../objects/read.ts'
import { encryptionMembers, keyOf } from '../objects/sealing.ts'
import { sourceOf } from '../objects/source.ts'
import { bucketNamed, invalidArgument, type ObjectRow, type S3Scope } from '../state.ts'
import { checkPartNumber } from './UploadPart.ts'
import { uploadNamed } from './uploads.ts'

/** Makes a part of an object or of a range of it. */
export const UploadPartCopy = longRunning(async function UploadPartCopy(s3: S3Scope,
  input: UploadPartCopyCommandInput): Promise<Omit<UploadPartCopyCommandOutput, '$metadata'>> {
  const target = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const { name } = target
  checkPartNumber(input.PartNumber)
  const upload = await uploadNamed(s3, name, input.Key!, input.UploadId!)
  const { checksumAlgorithm } = upload
  const { bucket, object } = await sourceOf(s3, input)
  const body = readBytes(s3, object, { ...placeOf(object, input.CopySourceRange), partial: true }, await keyOf(s3, bucket, object.sealedBy))
  const dataKey = await keyOf(s3, target, upload.sealedBy)
  const { blob, iv, checksum } = await storeBody(s3, { Body: body, ...checksumAlgorithm && { ChecksumAlgorithm: checksumAlgorithm } }, dataKey)
  return s3.transact(async s3 => {
    await uploadNamed(s3, name, input.Key!, input.UploadId!)
    await s3.tables.parts.put({
      uploadId: input.UploadId!, partNumber: input.PartNumber!, etag: blob.md5, sha256: blob.sha256, sizeBytes: blob.sizeBytes, ...iv && { iv },
        modifiedAt: s3.now(), ...checksum && { checksum },
    })
    return {
      CopyPartResult: { ETag: `"${blob.md5}"`, LastModified: new Date(s3.now()), ...checksumMember(checksum) }, ...encryptionMembers(upload),
      ...bucket.versioning !== undefined && { CopySourceVersionId: object.versionId },
    }
  })
})

function placeOf(object: ObjectRow, range: string | undefined): { start: number, end: number } {
  if (range === undefined) return { start: 0, end: object.sizeBytes - 1 }
  const match = /^bytes=(\d+)-(\d+)$/.exec(range)
  if (!match) {
    throw invalidArgument('The x-amz-copy-source-range value must be of the form bytes=first-last '
      + 'where first and last are the zero-based offsets of the first and last bytes to copy', 'x-amz-copy-source-range', range)
  }
  const [start, end] = [Number(match[1]), Number(match[2])]
  if (start > end || end >= object.sizeBytes) throw new AwsError('InvalidRequest', 'The specified copy range is invalid for the source object size')
  return { start, end }
}
